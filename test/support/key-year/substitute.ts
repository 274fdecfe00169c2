import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/** One place of the shipped source, and what stands there instead. */
export interface Patch {
  /** From the root of the project. */
  file: string
  from: string
  to: string
}

const root = new URL('../../../', import.meta.url)
const memoryFiles = new URL('memory-files.ts', import.meta.url).href
const keyFolder = new URL('runtime/src/keys/', root).href

/**
 * From now on the runtime's key code finds its mounted files in memory, and the source is as the patches say. A patch
 * whose place is not there exactly once is an error: a mutant that changes nothing would pass for the real thing.
 */
export function substitute(patches: readonly Patch[]): void {
  const sources = new Map<string, string>()
  for (const { file, from, to } of patches) {
    const { href } = new URL(file, root)
    const source = sources.get(href) ?? readFileSync(fileURLToPath(href), 'utf8')
    if (source.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`)
    sources.set(
      href,
      source.replace(from, () => to),
    )
  }
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'node:fs/promises' && context.parentURL?.startsWith(keyFolder)
        ? next(memoryFiles, context)
        : next(specifier, context),
    load: (url, context, next) => {
      const source = sources.get(url)
      return source === undefined ? next(url, context) : { ...next(url, context), source }
    },
  })
}
