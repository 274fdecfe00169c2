import { annotation } from '../../../api/v1alpha1/names.ts'
import { type Finding } from '../reasons.ts'
import { type Tenant } from '../tenant.ts'

export type Pause = { until: Date } | { finding: Finding } | undefined

const longestDays = 30
const dayMs = 86_400_000
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** Whether a person asked us to leave the tenant alone, and until when. A pause always has an end. */
export function pauseOf({ annotations }: Pick<Tenant, 'annotations'>, now: Date): Pause {
  const text = annotations[annotation.pausedUntil]
  if (text === undefined) return undefined
  const until = instant.test(text) ? new Date(text) : new Date(NaN)
  if (Number.isNaN(until.getTime())) {
    return invalid(`"${text.slice(0, 60)}" is not an instant. Write one such as 2026-01-31T18:00:00Z`)
  }
  if (until <= now) return undefined
  if (until.getTime() - now.getTime() > longestDays * dayMs) {
    return invalid(`${text} is more than ${longestDays} days away. Choose an earlier one`)
  }
  return { until }
}

const invalid = (what: string) => ({
  finding: {
    reason: 'PauseInvalid',
    message: `Not paused: annotation ${annotation.pausedUntil}: ${what}, or remove it.`,
  } as const,
})
