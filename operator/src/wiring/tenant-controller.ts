import { type Outcome } from '../controllers/tenant/reconcile.ts'
import { retryOf } from '../controllers/tenant/failure.ts'
import { type Clock } from '../kube/clock.ts'
import { KubeError } from '../kube/errors.ts'
import { type Next, WorkQueue } from '../kube/work-queue.ts'
import { type Log } from './log.ts'

export interface TenantControllerOptions {
  reconcile: (name: { namespace: string; name: string }) => Promise<Outcome>
  concurrency: number
  clock: Clock
  random: () => number
  signal: AbortSignal
  log: Log
  /** Told of every reconcile, for metrics. */
  reconciled?: (outcome: Outcome, seconds: number) => void
}

/** The queue of tenants to look at: what each look came to decides when the next one is. */
export function createTenantController(options: TenantControllerOptions): WorkQueue {
  const { reconcile, clock, random, log } = options
  return new WorkQueue({
    ...options,
    graceMs: 15_000,
    run: async (key) => {
      const [namespace = '', name = ''] = key.split('/')
      const began = clock.monotonic()
      const outcome = await reconcile({ namespace, name })
      const seconds = (clock.monotonic() - began) / 1000
      options.reconciled?.(outcome, seconds)
      tell(log, key, outcome, seconds)
      return nextOf(outcome, random)
    },
    failed: (key, error) => {
      log.error('reconcile broke', { tenant: key, error })
    },
  })
}

/** One line of truth for each reconcile; those that did and changed nothing are for debugging. */
function tell(log: Log, tenant: string, { error, ...outcome }: Outcome, seconds: number): void {
  const fields = { tenant, ...outcome, seconds: Number(seconds.toFixed(3)) }
  if (error && retryOf(error) !== 'soon') log.warn('reconciled', { ...fields, error })
  else if (outcome.steps.length > 0 || error) log.info('reconciled', { ...fields, ...(error ? { error: error.message } : {}) })
  else log.debug('reconciled', fields)
}

function nextOf({ result, againMs, error }: Outcome, random: () => number): Next {
  if (result === 'failed' && error) {
    const soon = retryOf(error) === 'soon'
    const atLeastMs = error instanceof KubeError ? error.retryAfterMs : undefined
    return { next: 'retry', soon, ...(atLeastMs === undefined ? {} : { atLeastMs }) }
  }
  if (againMs === undefined) return { next: 'done' }
  // Spread by a tenth, so that tenants that were made together are not looked at together for ever.
  return { next: 'after', ms: againMs * (0.95 + random() / 10) }
}
