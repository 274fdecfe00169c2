import { createHash } from 'node:crypto'
import { html, Html } from './html.ts'

export interface PageAssets {
  passkeys: string
  style: string
}

export interface Page {
  body: string
  contentSecurityPolicy: string
}

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/**
 * A whole page in one answer: script and style are inside it, named by hash in its policy. So no third party, and
 * no page of one version asking a server of another for its files.
 */
export function layout(
  assets: PageAssets,
  page: { title: string; brand: string; main: Html; script: boolean },
): Page {
  const { style } = assets
  const script = page.script ? assets.passkeys : undefined
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${page.title} · ${page.brand}</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>
          <p class="brand">
            <span class="mark" aria-hidden="true">${initial(page.brand)}</span>${page.brand}
          </p>
          ${page.main}
        </main>
        <footer>Secured with passkeys. No passwords, no tracking.</footer>
        ${
          script === undefined
            ? ''
            : html`<script type="module">
                ${new Html(script)}
              </script>`
        }
      </body>
    </html>`
  return {
    body: text,
    contentSecurityPolicy: [
      "default-src 'none'",
      `style-src ${hash(style)}`,
      script === undefined ? "script-src 'none'" : `script-src ${hash(script)}`,
      "connect-src 'self'",
      'img-src data:',
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  }
}

const initial = (brand: string) =>
  new Intl.Segmenter('en').segment(brand.trim())[Symbol.iterator]().next().value?.segment.toUpperCase() ?? ''
