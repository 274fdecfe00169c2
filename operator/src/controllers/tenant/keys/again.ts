import { type Observed } from '../observed.ts'
import { keyStatus } from './key-status.ts'
import { laggards } from './laggards.ts'
import { type KeyLedger } from './ledger.ts'

/** While pods are being given keys, every look brings news. */
const deliveryMs = 2_000
/** A moment that has passed and brought nothing: a pod that has to be seen is away, or the clock was set. */
const lateMs = 10_000

/** When to look at the keys again, in milliseconds; `undefined` where nothing of them is under way. */
export function keysAgainMs(
  ledger: KeyLedger,
  pods: Observed['pods'],
  { now, ...about }: Parameters<typeof keyStatus>[1] & { now: Date },
): number | undefined {
  const waitsForPods = ledger.keys.some(
    ({ phase, quietSince }) => phase === 'Generated' || (phase === 'Retiring' && quietSince === undefined),
  )
  if (waitsForPods || laggards(pods, ledger).length > 0) return deliveryMs
  const moments = keyStatus(ledger, about).flatMap(({ phase, nextAt }) =>
    nextAt === undefined || phase === 'Active' ? [] : [Date.parse(nextAt) - now.getTime()],
  )
  if (moments.length === 0) return undefined
  const soonest = Math.min(...moments)
  return soonest > 0 ? Math.max(soonest, deliveryMs) : lateMs
}
