/** One clock for the programs of a world, which a test can set forward: for waits that nobody would sit through. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface ForwardClock {
  /** Arguments of node that put a program on this clock. */
  nodeArgs: readonly string[]
  /** Sets it forward by so many seconds, at once and for every program. */
  forward(seconds: number): void
}

export function forwardClock(folder: string): ForwardClock {
  const file = join(folder, 'clock')
  const preload = pathToFileURL(join(import.meta.dirname, 'set-forward.ts'))
  preload.searchParams.set('by', file)
  let ahead = 0
  const write = () => {
    // No reader ever sees half a number.
    writeFileSync(`${file}.next`, String(ahead))
    renameSync(`${file}.next`, file)
  }
  write()
  return {
    nodeArgs: ['--import', preload.href],
    forward: (seconds) => {
      ahead += seconds * 1000
      write()
    },
  }
}
