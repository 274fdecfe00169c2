import { type Observed } from '../observed.ts'
import { type Plan } from '../plan.ts'
import { laggards } from '../plan/delivery.ts'
import { termsOf } from '../plan/keys.ts'
import { keyStatus } from './key-status.ts'

/** While pods are being given keys, every look brings news. */
const deliveryMs = 2_000

/** When to look at the keys again, in milliseconds; `undefined` where nothing of them is under way. */
export function keysAgainMs(
  seen: Observed | undefined,
  { rendering }: Pick<Plan, 'rendering'>,
  now: Date,
): number | undefined {
  const ledger = seen?.secrets?.ledger
  if (!seen || !ledger || !rendering) return undefined
  const waitsForPods = ledger.keys.some(
    ({ phase, quietSince }) => phase === 'Generated' || (phase === 'Retiring' && quietSince === undefined),
  )
  if (waitsForPods || laggards(seen.pods, ledger).length > 0) return deliveryMs
  const about = { tenantID: rendering.tenantID, terms: termsOf(rendering.spec) }
  const moments = keyStatus(ledger, about).flatMap(({ nextAt }) => (nextAt === undefined ? [] : [Date.parse(nextAt)]))
  const ahead = moments.map((moment) => moment - now.getTime()).filter((left) => left > 0)
  return ahead.length === 0 ? undefined : Math.max(Math.min(...ahead), deliveryMs)
}
