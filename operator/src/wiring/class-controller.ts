import { type ClassOutcome } from '../controllers/tenant-class/reconcile.ts'
import { retryOf } from '../controllers/tenant/failure.ts'
import { type Clock } from '../kube/clock.ts'
import { WorkQueue } from '../kube/work-queue.ts'
import { type Log } from '../telemetry/log.ts'
import { type Metrics } from '../telemetry/metrics.ts'

export interface ClassControllerOptions {
  reconcile: (name: string) => Promise<ClassOutcome>
  resyncMs: number
  clock: Clock
  random: () => number
  signal: AbortSignal
  log: Log
  metrics: Pick<Metrics, 'classSays' | 'forgetClass'>
}

const waitMs = 15_000

/** The queue of classes to look at. */
export function createClassController({
  reconcile,
  resyncMs,
  log,
  metrics,
  ...options
}: ClassControllerOptions): WorkQueue {
  return new WorkQueue({
    ...options,
    concurrency: 1,
    run: async (name) => {
      try {
        const { result, status } = await reconcile(name)
        if (result === 'gone') {
          metrics.forgetClass(name)
          return { next: 'done' }
        }
        metrics.classSays(name, status.conditions ?? [], shownStore(status))
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

function shownStore({ backups }: ClassOutcome['status']) {
  if (!backups) return undefined
  const { sweptAt, oldestExpiry, ...counts } = backups
  return {
    ...counts,
    sweptAt: new Date(sweptAt),
    oldestExpiry: oldestExpiry === undefined ? undefined : new Date(oldestExpiry),
  }
}
