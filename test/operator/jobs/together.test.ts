import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { JobError } from '../../../operator/src/backups/errors.ts'
import { together } from '../../../operator/src/jobs/together.ts'

const outer = new AbortController().signal
const failing =
  (error: Error, afterMs = 0) =>
  async () => {
    await sleep(afterMs)
    throw error
  }
/** Goes on until it is ended, and then fails as a stream does. */
const endless = (signal: AbortSignal, error: Error) => () =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(error))
  })
const ours = new JobError('TOOL_FAILED', 'pg_dump fell.')
const torn = new Error('Premature close')

describe('together', () => {
  it('waits for all', async () => {
    const done: number[] = []
    const task = (ms: number) => async () => {
      await sleep(ms)
      done.push(ms)
    }
    await together(outer, () => [task(20), task(1)])
    expect(done).toEqual([1, 20])
  })

  it.each([
    {
      tasks: () => [failing(torn), failing(ours, 20)],
      seen: torn,
      because: 'the first in the list comes first',
    },
    {
      tasks: () => [failing(ours, 20), failing(torn)],
      seen: ours,
      because: 'a program tells of its failure after its pipe broke',
    },
    {
      tasks: (signal: AbortSignal) => [endless(signal, torn), failing(ours)],
      seen: ours,
      because: 'what was torn down is no cause',
    },
    {
      tasks: (signal: AbortSignal) => [endless(signal, torn), failing(torn), failing(ours, 20)],
      seen: torn,
      because: 'the second fell by itself, before the others',
    },
  ])('throws the cause: $because', async ({ tasks, seen, because }) => {
    await expect(together(outer, tasks), because).rejects.toBe(seen)
  })

  it('throws what it was stopped with, once all have ended', async () => {
    const stopping = new AbortController()
    let ended = false
    const running = together(stopping.signal, (signal) => [
      async () => {
        await endless(signal, torn)().catch(() => sleep(20))
        ended = true
      },
    ])
    const why = new Error('told to stop')
    stopping.abort(why)
    await expect(running).rejects.toBe(why)
    expect(ended).toBe(true)
  })
})
