import { type ClassOutcome } from '../controllers/tenant-class/reconcile.ts'
import { retryOf } from '../controllers/tenant/failure.ts'
import { type Clock } from '../kube/clock.ts'
import { WorkQueue } from '../kube/work-queue.ts'
import { type Log } from '../telemetry/log.ts'

export interface ClassControllerOptions {
  reconcile: (name: string) => Promise<ClassOutcome>
  resyncMs: number
  clock: Clock
  random: () => number
  signal: AbortSignal
  log: Log
}

const waitMs = 15_000

/** The queue of classes to look at. */
export function createClassController({
  reconcile,
  resyncMs,
  log,
  ...options
}: ClassControllerOptions): WorkQueue {
  return new WorkQueue({
    ...options,
    concurrency: 1,
    run: async (name) => {
      try {
        const { result } = await reconcile(name)
        if (result === 'gone') return { next: 'done' }
        return { next: 'after', ms: result === 'ready' ? resyncMs : Math.min(waitMs, resyncMs) }
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error))
        const soon = retryOf(failure) === 'soon'
        if (!soon) log.warn({ class: name, err: failure }, 'a class could not be judged')
        return { next: 'retry', soon }
      }
    },
  })
}
