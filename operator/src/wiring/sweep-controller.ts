import { type SweepNote } from '../controllers/sweep/note.ts'
import { type SweepOutcome } from '../controllers/sweep/reconcile.ts'
import { retryOf } from '../controllers/tenant/failure.ts'
import { type Clock } from '../kube/clock.ts'
import { KubeError } from '../kube/errors.ts'
import { type Next, WorkQueue } from '../kube/work-queue.ts'
import { type Log } from '../telemetry/log.ts'
import { type Metrics } from '../telemetry/metrics.ts'

export interface SweepControllerOptions {
  reconcile: (className: string) => Promise<SweepOutcome>
  /** Told when what is known of a class's store is news. */
  noted: (className: string) => void
  clock: Clock
  random: () => number
  signal: AbortSignal
  log: Log
  metrics: Pick<Metrics, 'reconciled' | 'watchQueue'>
}

export interface SweepController {
  queue: WorkQueue
  /** What the last look came to. */
  note: (className: string) => SweepNote | undefined
}

const controller = 'sweep'

/** The queue of classes whose stores to look at. */
export function createSweepController(options: SweepControllerOptions): SweepController {
  const { reconcile, noted, clock, log, metrics } = options
  const notes = new Map<string, SweepNote>()
  const queue = new WorkQueue({
    ...options,
    concurrency: 1,
    graceMs: 15_000,
    run: async (className) => {
      const began = clock.monotonic()
      const { error, note, steps, againMs } = await reconcile(className)
      const seconds = (clock.monotonic() - began) / 1000
      const isNews = error !== undefined && retryOf(error) !== 'soon'
      const code = (error as { code?: unknown } | undefined)?.code
      const errorCode = isNews ? (typeof code === 'string' ? code : 'UNEXPECTED') : undefined
      const result = error ? 'retry' : againMs === undefined ? 'done' : 'after'
      metrics.reconciled(controller, result, seconds, errorCode)
      const fields = { class: className, steps, seconds: Number(seconds.toFixed(3)) }
      if (isNews) log.warn({ ...fields, err: error }, 'store looked at')
      else if (steps.length > 0) log.info(fields, 'store looked at')
      if (!error || note) remember(className, note)
      return nextOf(error, againMs)
    },
    failed: (className, error) => log.error({ class: className, err: error }, 'looking at a store broke'),
  })
  metrics.watchQueue(controller, () => queue.depth())

  function remember(className: string, note: SweepNote | undefined): void {
    const before = notes.get(className)
    if (note) notes.set(className, note)
    else notes.delete(className)
    if (JSON.stringify(before) === JSON.stringify(note)) return
    const last = note?.last
    if (last && last.at.getTime() !== before?.last?.at.getTime()) {
      const told = 'facts' in last ? { ...last.facts, gone: undefined } : last.failure
      log.info({ class: className, at: last.at, ...told }, 'store swept')
    }
    noted(className)
  }

  return { queue, note: (className) => notes.get(className) }
}

function nextOf(error: Error | undefined, againMs: number | undefined): Next {
  if (error) {
    const atLeastMs = error instanceof KubeError ? error.retryAfterMs : undefined
    return {
      next: 'retry',
      soon: retryOf(error) === 'soon',
      ...(atLeastMs === undefined ? {} : { atLeastMs }),
    }
  }
  return againMs === undefined ? { next: 'done' } : { next: 'after', ms: againMs }
}
