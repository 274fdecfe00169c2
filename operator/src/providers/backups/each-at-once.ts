/**
 * Works on what comes out of `items`, a few at a time; `number` counts from 1. The first failure, be it of the work, of
 * the items or of the caller's signal, ends everything: the others are aborted and waited for, and it is thrown.
 */
export async function eachAtOnce<T>(
  items: AsyncIterator<T>,
  atOnce: number,
  work: (item: T, number: number, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const stop = new AbortController()
  const running = new Set<Promise<void>>()
  let failure: { reason: unknown } | undefined
  let wake = () => {}
  const fail = (reason: unknown) => {
    failure ??= { reason }
    wake()
  }
  const forward = () => fail(signal?.reason)
  if (signal?.aborted) forward()
  signal?.addEventListener('abort', forward, { once: true })
  // Whoever waits is woken by a failure, too: a stream that stands still must not hide it. A race against one promise that
  // lives as long as all this would keep every item that was ever waited for.
  const orFailure = <R>(waiting: Promise<R>) =>
    new Promise<R | undefined>((resolve, reject) => {
      wake = () => resolve(undefined)
      if (failure) wake()
      waiting.then(resolve, reject)
    })
  try {
    for (let number = 1; ; number += 1) {
      const next = failure ? undefined : await orFailure(items.next())
      if (failure || next === undefined || next.done === true) break
      const task: Promise<void> = work(next.value, number, stop.signal)
        .catch(fail)
        .finally(() => running.delete(task))
      running.add(task)
      if (running.size >= atOnce) await orFailure(Promise.race(running))
    }
    await orFailure(Promise.all(running))
  } catch (reason) {
    fail(reason)
  } finally {
    signal?.removeEventListener('abort', forward)
  }
  if (failure === undefined) return
  stop.abort(failure.reason)
  await Promise.all(running)
  throw failure.reason
}
