import { html, type Html } from './html.ts'

/** A moment for a person to read, and for a machine. */
export const moment = (at: Date): Html =>
  html`<time datetime="${at.toISOString()}">${at.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>`
