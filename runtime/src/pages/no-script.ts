import { html } from './html.ts'

export const noScript = html`
  <noscript><p class="problem">Passkeys need JavaScript. Please turn it on for this site.</p></noscript>
`
