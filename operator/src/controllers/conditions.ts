import { type Condition } from '../api/v1alpha1/fields.ts'

/** What a controller says of one condition; `undefined` says that it does not apply. */
export interface Verdict {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message: string
}

/**
 * The conditions to store, in the order of the verdicts. A condition stands still while nothing about it changes:
 * `lastTransitionTime` moves with `status` only.
 */
export function mergeConditions(
  before: readonly Condition[],
  verdicts: readonly Verdict[],
  { now, generation }: { now: Date; generation: number },
): Condition[] {
  return verdicts.map((verdict) => {
    const old = before.find(({ type }) => type === verdict.type)
    const moved = old !== undefined && old.status !== verdict.status
    return {
      type: verdict.type,
      status: verdict.status,
      reason: verdict.reason,
      message: verdict.message.slice(0, 4096),
      lastTransitionTime: old === undefined || moved ? timestamp(now) : old.lastTransitionTime,
      observedGeneration: generation,
    }
  })
}

/** RFC 3339 in whole seconds, as `metav1.Time` has it. */
export const timestamp = (now: Date): string => `${now.toISOString().slice(0, 19)}Z`

export const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
