import { type KeyLedger } from '../keys/ledger.ts'
import { type Observed, type PodSeen } from '../observed.ts'
import { type Step } from '../steps.ts'
import { type Ruling, todo } from './ruling.ts'

/** A pod that was told and has not followed for so long is replaced. A revoke has 60 s for everything. */
const patienceMs = 25_000

export const laggard = (pod: string, version: number): string => `lags ${pod} ${version}`

/** Pods that serve another key set than the newest. One too old to say which has to be asked by its keys alone. */
export const laggards = (pods: readonly PodSeen[], { version }: KeyLedger): PodSeen[] =>
  pods.filter(({ keys }) => keys !== undefined && keys.version < version)

/**
 * Mounted Secrets arrive when the kubelet comes by, up to 90 s late: a changed annotation calls it at once. A pod that
 * does not follow is replaced by one that begins with what is there now.
 */
export function planDelivery(ledger: KeyLedger, { pods, seenForMs }: Observed): Ruling {
  const { version } = ledger
  const late = laggards(pods, ledger)
  const nudges = late
    .filter(({ nudged }) => nudged !== String(version))
    .map(({ pod }): Step => ({ do: 'nudgePod', pod, version }))
  // One at a time, and none while it is the only one: those that followed serve meanwhile.
  const followed = pods.length === 1 || pods.some(({ keys }) => keys?.version === version)
  const lost = followed
    ? late.find(({ pod }) => seenForMs(laggard(pod, version)) >= patienceMs)
    : undefined
  return todo(...nudges, ...(lost ? [{ do: 'replacePod', pod: lost.pod, version } as const] : []))
}
