import { createHash } from 'node:crypto'
import { html, Html } from './html.ts'

/** The scripts and the style sheet of the hosted pages. */
export interface PageAssets {
  common: string
  sign: string
  account: string
  style: string
}

export interface Page {
  body: string
  contentSecurityPolicy: string
}

export type Layout = (title: string, main: Html) => Page

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const initial = (brand: string) =>
  new Intl.Segmenter('en').segment(brand.trim())[Symbol.iterator]().next().value?.segment.toUpperCase() ?? ''

/**
 * A whole page in one answer: script and style are inside it, named by hash in its policy. So no third party, and
 * no page of one version asking a server of another for its files.
 */
export function createLayout(
  brand: string,
  assets: PageAssets,
  own: Exclude<keyof PageAssets, 'common' | 'style'>,
): Layout {
  const code = `${assets.common}\n${assets[own]}`
  // Not part of the template below: a formatter that moved a blank would change the hash.
  const style = new Html(`<style>${assets.style}</style>`)
  const script = new Html(`<script type="module">${code}</script>`)
  const contentSecurityPolicy = [
    "default-src 'none'",
    `style-src ${hash(assets.style)}`,
    `script-src ${hash(code)}`,
    "connect-src 'self'",
    'img-src data:',
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return (title, main) => ({
    contentSecurityPolicy,
    body: html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="robots" content="noindex" />
          <link rel="icon" href="data:," />
          <title>${title} · ${brand}</title>
          ${style}
        </head>
        <body>
          <main>
            <p class="brand"><span class="mark" aria-hidden="true">${initial(brand)}</span>${brand}</p>
            ${main}
          </main>
          <footer>Secured with passkeys. No tracking, no third parties.</footer>
          ${script}
        </body>
      </html>`.text,
  })
}
