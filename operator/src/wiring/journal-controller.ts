import { type JournalOutcome } from '../controllers/journal/reconcile.ts'
import { restMs } from '../controllers/journal/pace.ts'
import { type Failing, failingSince } from '../controllers/recovery/kept.ts'
import { retryOf } from '../controllers/tenant/failure.ts'
import { type Clock } from '../kube/clock.ts'
import { type Next, WorkQueue } from '../kube/work-queue.ts'
import { type Log } from '../telemetry/log.ts'
import { type Metrics } from '../telemetry/metrics.ts'

export interface JournalControllerOptions {
  reconcile: (
    name: { namespace: string; name: string },
    options: { prune: boolean },
  ) => Promise<JournalOutcome>
  /** How many tenants there are. */
  fleet: () => number
  /** Told when entries were kept, and when whether they can be is news. */
  noted: (name: { namespace: string; name: string }) => void
  clock: Clock
  random: () => number
  signal: AbortSignal
  log: Log
  metrics: Pick<Metrics, 'reconciled' | 'journalTaken' | 'watchQueue'>
}

export interface JournalController {
  queue: WorkQueue
  /** Something was written into the tenant's database: it may be in the outbox. */
  written: (name: { namespace: string; name: string }) => void
  failing: (name: { namespace: string; name: string }) => Failing | undefined
}

const controller = 'journal'
/** Who cannot be served is not asked for at every look. */
const restAfterFailureMs = 15_000
const dayMs = 86_400_000

/** The queue of tenants whose outbox to empty. */
export function createJournalController(options: JournalControllerOptions): JournalController {
  const { reconcile, fleet, noted, clock, random, log, metrics } = options
  const failing = new Map<string, Failing>()
  const lookedAt = new Map<string, number>()
  const failedAt = new Map<string, number>()
  const prunedAt = new Map<string, number>()
  const since = (times: Map<string, number>, key: string) => clock.monotonic() - (times.get(key) ?? -Infinity)

  const queue = new WorkQueue({
    ...options,
    concurrency: 4,
    graceMs: 15_000,
    run: async (key) => {
      const [namespace = '', name = ''] = key.split('/')
      const began = clock.monotonic()
      const prune = since(prunedAt, key) >= dayMs
      const outcome = await reconcile({ namespace, name }, { prune })
      const seconds = (clock.monotonic() - began) / 1000
      lookedAt.set(key, clock.monotonic())
      remember(key, outcome)
      const { error, taken, more } = outcome
      const isNews = error !== undefined && retryOf(error) !== 'soon'
      const code = (error as { code?: unknown } | undefined)?.code
      metrics.reconciled(
        controller,
        error ? 'retry' : 'after',
        seconds,
        isNews ? (typeof code === 'string' ? code : 'UNEXPECTED') : undefined,
      )
      if (isNews) log.warn({ tenant: key, err: error }, 'the journal could not be kept')
      else if (taken > 0)
        log.info({ tenant: key, taken, seconds: Number(seconds.toFixed(3)) }, 'journal kept')
      metrics.journalTaken(taken)
      if (!error && prune) prunedAt.set(key, clock.monotonic())
      if (outcome.gone) for (const times of [lookedAt, failedAt, prunedAt]) times.delete(key)
      return outcome.gone ? { next: 'done' } : nextOf(error, more)
    },
    failed: (key, error) => log.error({ tenant: key, err: error }, 'keeping a journal broke'),
  })
  metrics.watchQueue(controller, () => queue.depth())

  function remember(key: string, { error, taken }: JournalOutcome): void {
    const [namespace = '', name = ''] = key.split('/')
    const before = failing.get(key)
    if (error && retryOf(error) !== 'soon') {
      failing.set(key, failingSince(before, error, new Date(clock.now())))
      failedAt.set(key, clock.monotonic())
    } else if (!error) {
      failing.delete(key)
      failedAt.delete(key)
    }
    if (taken > 0 || before?.message !== failing.get(key)?.message) noted({ namespace, name })
  }

  /** After a start, when nobody was looked at yet, they are spread. */
  const restOf = (key: string) =>
    lookedAt.has(key) ? Math.max(0, restMs(fleet()) - since(lookedAt, key)) : random() * restMs(fleet())

  return {
    queue,
    failing: ({ namespace, name }) => failing.get(`${namespace}/${name}`),
    written({ namespace, name }) {
      const key = `${namespace}/${name}`
      // A request may stand there until it is kept: it goes before those that only look around.
      if (since(failedAt, key) >= restAfterFailureMs) queue.add(key, { afterMs: restOf(key) })
    },
  }
}

function nextOf(error: Error | undefined, more: boolean): Next {
  if (error) return { next: 'retry', soon: retryOf(error) === 'soon' }
  return { next: 'after', ms: more ? 0 : dayMs }
}
