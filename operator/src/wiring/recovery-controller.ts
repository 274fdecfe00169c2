import { type RecoveryOutcome } from '../controllers/recovery/reconcile.ts'
import { type Failing, failingSince } from '../controllers/recovery/kept.ts'
import { retryOf } from '../controllers/tenant/failure.ts'
import { type Clock } from '../kube/clock.ts'
import { type Next, WorkQueue } from '../kube/work-queue.ts'
import { type Log } from '../telemetry/log.ts'
import { type Metrics } from '../telemetry/metrics.ts'

export interface RecoveryControllerOptions {
  reconcile: (
    name: { namespace: string; name: string } | undefined,
    options: { ask: boolean },
  ) => Promise<RecoveryOutcome>
  /** Told when whether a tenant's set can be written is news. */
  noted: (name: { namespace: string; name: string }) => void
  clock: Clock
  random: () => number
  signal: AbortSignal
  log: Log
  metrics: Pick<Metrics, 'reconciled' | 'recoverySet' | 'watchQueue'>
}

export interface RecoveryController {
  queue: WorkQueue
  /** Something of a tenant, or of the installation, that a set is written of may have changed. */
  changed: (name: { namespace: string; name: string } | undefined, afterMs?: number) => void
  failing: (name: { namespace: string; name: string }) => Failing | undefined
}

const controller = 'recovery'
const dayMs = 86_400_000
/** Apart from every tenant, which has a slash in its key. */
const installation = 'installation'

/** The queue of tenants, and of the installation, whose recovery sets to look at. */
export function createRecoveryController(options: RecoveryControllerOptions): RecoveryController {
  const { reconcile, noted, clock, random, log, metrics } = options
  const failing = new Map<string, Failing>()
  const askedAt = new Map<string, number>()
  const nameOf = (key: string) => {
    const [namespace = '', name = ''] = key.split('/')
    return key === installation ? undefined : { namespace, name }
  }
  const queue = new WorkQueue({
    ...options,
    concurrency: 2,
    graceMs: 15_000,
    run: async (key) => {
      const began = clock.monotonic()
      const ask = began - (askedAt.get(key) ?? -Infinity) >= dayMs
      const { gone, wrote, at, error } = await reconcile(nameOf(key), { ask })
      const seconds = (clock.monotonic() - began) / 1000
      const isNews = error !== undefined && retryOf(error) !== 'soon'
      const code = (error as { code?: unknown } | undefined)?.code
      metrics.reconciled(
        controller,
        error ? 'retry' : 'after',
        seconds,
        isNews ? (typeof code === 'string' ? code : 'UNEXPECTED') : undefined,
      )
      if (isNews) log.warn({ of: key, err: error }, 'a recovery set could not be written')
      else if (wrote.length > 0) log.info({ of: key, wrote }, 'recovery set written')
      if (!error && ask) askedAt.set(key, clock.monotonic())
      if (!error && !gone) metrics.recoverySet(nameOf(key), at)
      remember(key, error)
      if (!gone) return nextOf(error, random)
      askedAt.delete(key)
      return { next: 'done' }
    },
    failed: (key, error) => log.error({ of: key, err: error }, 'writing a recovery set broke'),
  })
  metrics.watchQueue(controller, () => queue.depth())

  function remember(key: string, error: Error | undefined): void {
    const before = failing.get(key)
    if (!error) failing.delete(key)
    else if (retryOf(error) !== 'soon') failing.set(key, failingSince(before, error, new Date(clock.now())))
    const name = nameOf(key)
    if (name && before?.message !== failing.get(key)?.message) noted(name)
  }

  return {
    queue,
    changed: (name, afterMs = 0) =>
      queue.add(name ? `${name.namespace}/${name.name}` : installation, { priority: 'resync', afterMs }),
    failing: ({ namespace, name }) => failing.get(`${namespace}/${name}`),
  }
}

function nextOf(error: Error | undefined, random: () => number): Next {
  if (error) return { next: 'retry', soon: retryOf(error) === 'soon' }
  // Spread, so that tenants that were made together are not looked at together for ever.
  return { next: 'after', ms: dayMs * (0.9 + random() / 10) }
}
