/** docs/recovery.md as a person follows it. */
import { readFileSync } from 'node:fs'

const page = readFileSync(new URL('../../../docs/recovery.md', import.meta.url), 'utf8')

/** Shell of the page that has these words in it, without the indent of its list. */
export function commands(words: string): string {
  const blocks = [...page.matchAll(/^( *)```sh\n([\s\S]*?)^ *```/gm)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )
  const found = blocks.find((block) => block.includes(words))
  if (found === undefined) throw new Error(`No commands with "${words}" in docs/recovery.md.`)
  return found
}

/** Opens and verifies the set that lies in the folder, instead of the one that the page has for an example. */
export const openSet = (set: string): string =>
  commands('pkeyutl -verify').replace(/recovery-\d{8}-\w+-until-\w+\.age/, set)
