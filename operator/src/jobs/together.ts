import { JobError } from '../backups/errors.ts'

/**
 * Runs all tasks at once; `begin` may start what they share. The first failure ends the others. What is thrown, once all
 * have ended, is the failure of the task that stands first in the list among those that failed by themselves: put causes
 * before what they cause.
 */
export async function together(
  outer: AbortSignal,
  begin: (signal: AbortSignal) => readonly (() => Promise<unknown>)[],
): Promise<void> {
  const ending = new AbortController()
  const signal = AbortSignal.any([outer, ending.signal])
  const results = await Promise.allSettled(
    begin(signal).map(async (task) => {
      try {
        await task()
      } catch (error) {
        // Streams that are torn down fail in many words; a program that fails by itself says so.
        const because = signal.aborted && !(error instanceof JobError)
        ending.abort(new Error('Another part of the work failed.'))
        throw because ? new Ended() : error
      }
    }),
  )
  outer.throwIfAborted()
  const failed = results.filter((result) => result.status === 'rejected')
  const first = failed.find(({ reason }) => !(reason instanceof Ended)) ?? failed[0]
  if (first !== undefined) throw first.reason
}

/** It ended because others had. */
class Ended extends Error {
  override readonly name = 'Ended'
}
