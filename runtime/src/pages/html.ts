/** Text that is markup already. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

/** A template whose values are escaped, but for other templates. */
export const html = (strings: TemplateStringsArray, ...values: readonly (string | Html)[]): Html =>
  new Html(
    String.raw(
      { raw: strings },
      ...values.map((value) => (value instanceof Html ? value.text : escapeHtml(value))),
    ),
  )
