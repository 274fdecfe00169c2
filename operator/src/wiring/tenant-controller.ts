import { type Outcome } from '../controllers/tenant/reconcile.ts'
import { retryOf } from '../controllers/tenant/failure.ts'
import { type Clock } from '../kube/clock.ts'
import { KubeError } from '../kube/errors.ts'
import { type Next, WorkQueue } from '../kube/work-queue.ts'
import { type Log } from '../telemetry/log.ts'
import { type Metrics } from '../telemetry/metrics.ts'
import { type Tracing } from '../telemetry/port.ts'

export interface TenantControllerOptions {
  reconcile: (name: { namespace: string; name: string }) => Promise<Outcome>
  concurrency: number
  clock: Clock
  random: () => number
  signal: AbortSignal
  log: Log
  metrics: Pick<Metrics, 'reconciled' | 'tenantConditions' | 'tenantKeys' | 'forgetTenant' | 'watchQueue'>
  tracing: Pick<Tracing, 'span'>
}

const controller = 'tenant'

/** The queue of tenants to look at: what each look came to decides when the next one is. */
export function createTenantController(options: TenantControllerOptions): WorkQueue {
  const { reconcile, clock, random, log, metrics, tracing } = options
  const queue = new WorkQueue({
    ...options,
    graceMs: 15_000,
    run: async (key) => {
      const [namespace = '', name = ''] = key.split('/')
      const began = clock.monotonic()
      const attributes = { 'kiavi.tenant.namespace': namespace, 'kiavi.tenant.name': name }
      const outcome = await tracing.span('reconcile tenant', attributes, () => reconcile({ namespace, name }))
      const seconds = (clock.monotonic() - began) / 1000
      metrics.reconciled(controller, outcome.result, seconds, codeOf(outcome.error))
      if (outcome.result === 'gone') metrics.forgetTenant(namespace, name)
      else {
        metrics.tenantConditions(namespace, name, outcome.conditions)
        metrics.tenantKeys(namespace, name, outcome.keys)
      }
      tell(log, key, outcome, seconds)
      return nextOf(outcome, random)
    },
    failed: (key, error) => log.error({ tenant: key, err: error }, 'reconcile broke'),
  })
  metrics.watchQueue(controller, () => queue.depth())
  return queue
}

/** A look that the next one settles is no error. */
function codeOf(error: Error | undefined): string | undefined {
  if (!error || retryOf(error) === 'soon') return undefined
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : 'UNEXPECTED'
}

/** One line of truth for each reconcile; those that found nothing to do are for debugging. */
function tell(
  log: Log,
  tenant: string,
  { error, conditions, keys, ...outcome }: Outcome,
  seconds: number,
): void {
  const says = conditions.map(({ type, status }) => `${type}=${status}`).join(' ')
  const signs = keys.find(({ phase }) => phase === 'Active')?.kid
  const fields = { tenant, ...outcome, says, signs, seconds: Number(seconds.toFixed(3)) }
  if (error && retryOf(error) !== 'soon') log.warn({ ...fields, err: error }, 'reconciled')
  else if (error) log.info({ ...fields, again: error.message }, 'reconciled')
  else if (outcome.steps.length > 0 || outcome.wrote) log.info(fields, 'reconciled')
  else log.debug(fields, 'reconciled')
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
