import { laggard, laggards } from '../keys/laggards.ts'
import { type KeyLedger } from '../keys/ledger.ts'
import { type Observed, type PodSeen } from '../observed.ts'
import { type Step } from '../steps.ts'
import { type Ruling, todo } from './ruling.ts'

/** A pod that was told and has not followed for so long is replaced: a kubelet that is well takes a second or two. */
const patienceMs = 25_000
/** Where it shows a key that must not be trusted: a revoke has 60 s for everything, the end of the old pod too. */
const urgentPatienceMs = 12_000
/** And so long where the pod that comes in place of another one is awaited. */
const urgentPatienceWithLeavingMs = 25_000
/** The only pod: the kubelet comes by itself once in a while, and nobody serves while it is replaced. */
const patienceWithLastMs = 150_000

/**
 * Mounted Secrets arrive when the kubelet comes by, up to 90 s late: a changed annotation calls it at once. A pod that
 * does not follow is replaced by one that begins with what is there now.
 */
export function planDelivery(
  ledger: KeyLedger,
  { pods, seenForMs }: Pick<Observed, 'pods' | 'seenForMs'>,
): Ruling {
  const { version } = ledger
  const late = laggards(pods, ledger)
  const staying = late.filter(({ leaving }) => leaving !== true)
  const nudges = staying
    .filter(({ nudged }) => nudged !== String(version))
    .map(({ pod }): Step => ({ do: 'nudgePod', pod, version }))
  const lost = staying.find(
    (seen) => seenForMs(laggard(seen.pod, version)) >= patienceFor(seen, ledger, pods),
  )
  return todo(...nudges, ...(lost ? [{ do: 'replacePod', pod: lost.pod, version } as const] : []))
}

/** One at a time; those that followed serve meanwhile. */
function patienceFor(seen: PodSeen, ledger: KeyLedger, pods: readonly PodSeen[]): number {
  const followed = pods.some(({ keys, serving }) => serving && keys?.version === ledger.version)
  const leaving = pods.some((pod) => pod.leaving)
  if (showsDestroyed(seen, ledger))
    return followed || !leaving ? urgentPatienceMs : urgentPatienceWithLeavingMs
  if (leaving) return Infinity
  return followed ? patienceMs : patienceWithLastMs
}

/** Verifiers still get a key of it that must not be trusted: that is worse than a moment without service. */
const showsDestroyed = ({ keys }: PodSeen, ledger: KeyLedger): boolean =>
  ledger.keys.some(
    ({ kid, phase }) => phase === 'Destroyed' && keys?.published.some((shown) => shown.kid === kid),
  )
