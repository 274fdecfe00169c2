import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leash } from '../../cluster/leash.ts'

/** A folder of its own, and what is to be undone at the end: the last first, the folder last of all. */
export function scaffold(prefix: string) {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  const removal = `rm -rf '${folder}'`
  leash.undo(removal)
  const undo: (() => Promise<unknown>)[] = []
  return {
    folder,
    atEnd: (...steps: (() => Promise<unknown>)[]) => void undo.push(...steps),
    stop: async () => {
      for (const step of undo.splice(0).reverse()) await step()
      rmSync(folder, { recursive: true, force: true })
      leash.forget(removal)
    },
  }
}

export type Scaffold = ReturnType<typeof scaffold>
