import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { crd } from './crd.ts'
import { kinds } from './kinds.ts'
import { group } from './names.ts'

/**
 * `npm run generate` writes crds/ and the chart's copy of it from the schemas; `-- --check` only looks, and fails
 * when a file is not what the schemas say.
 */

export interface GeneratedFile {
  /** Relative to the root of the project. */
  path: string
  text: string
}

const notice = '# Made from operator/src/api/v1alpha1 by `npm run generate`. Do not edit.\n'

export function generatedFiles(): GeneratedFile[] {
  return kinds.flatMap((definition) => {
    const yaml = stringify(crd(definition), { lineWidth: 0, aliasDuplicateObjects: false })
    const name = `${group}_${definition.plural}.yaml`
    return [
      { path: `crds/${name}`, text: notice + yaml },
      { path: `charts/kiavi-operator/files/crds/${name}`, text: notice + yaml },
    ]
  })
}

/** Paths of files that are not what the schemas say. */
export function staleFiles(root: string): string[] {
  return generatedFiles()
    .filter(({ path, text }) => read(join(root, path)) !== text)
    .map(({ path }) => path)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../../../..')
  if (process.argv.includes('--check')) {
    const stale = staleFiles(root)
    if (stale.length > 0)
      console.error(`stale: ${stale.join(', ')}\nRun npm run generate and commit what it writes.`)
    process.exitCode = stale.length > 0 ? 1 : 0
  } else {
    for (const { path, text } of generatedFiles()) {
      mkdirSync(join(root, path, '..'), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  }
}
