/** What a secret looks like wherever it could turn up, and whether it does. */
import { holdsPiece, lettersOf, keyPieces, type KeyPieces } from './key-pieces.ts'

export interface Needle {
  /** Of which Secret and key it is; shown in place of it. */
  label: string
  /** Secrets, as `namespace/name`, that are meant to hold it. */
  homes: ReadonlySet<string>
  /** Every spelling of it; of a private key none, but its pieces. */
  forms: readonly string[]
  pieces?: KeyPieces
}

/** Anything shorter stands in texts by chance. */
const shortestForm = 16

/** Plain, base64, base64url, hex, and inside of JSON. */
function spellings(bytes: Buffer): string[] {
  const text = bytes.toString('utf8')
  return [
    ...(text.includes('\uFFFD') ? [] : [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)]),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]
}

export function needle(label: string, secret: string, homes: Iterable<string> = []): Needle {
  const about = { label, homes: new Set(homes) }
  if (secret.includes('PRIVATE KEY-----')) return { ...about, forms: [], pieces: keyPieces(secret) }
  const forms = [...new Set(spellings(Buffer.from(secret)))].filter((form) => form.length >= shortestForm)
  return { ...about, forms }
}

/** How many different strings are looked for. */
export const formsOf = ({ forms, pieces }: Needle): number =>
  forms.length + (pieces === undefined ? 0 : pieces.exact.size + pieces.hex.size)

/** Labels of what stands in the text. `holder`: the Secret that the text was taken from. */
export function found(text: string, needles: readonly Needle[], holder?: string): string[] {
  const letters = lettersOf(text)
  return needles
    .filter(({ homes }) => holder === undefined || !homes.has(holder))
    .filter(
      ({ forms, pieces }) =>
        forms.some((form) => text.includes(form)) || (pieces !== undefined && holdsPiece(letters, pieces)),
    )
    .map(({ label }) => label)
}
