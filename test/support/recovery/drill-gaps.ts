/** How long an altered backup can go unnoticed: years of drills by the shipped rules, with nobody but a clock around them. */
import { randomBytes } from 'node:crypto'
import { mintTenantID } from '../../../operator/src/api/v1alpha1/names.ts'
import { dueDrill } from '../../../operator/src/controllers/restore/drills.ts'
import { type Drilled } from '../../../operator/src/controllers/restore/ledger.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

export interface DrillGaps {
  drills: number
  /** The longest time between the begins of two drills, as a part of what the tenant asks for. */
  longest: number
}

/** Looks every `stepMinutes`, as the operator at the least does every hour. */
export function drillGaps(everyDays: number, years: number, stepMinutes = 30): DrillGaps {
  const tenantID = mintTenantID((count) => randomBytes(count))
  const begin = Date.UTC(2026, 10, 22)
  const newestAt = new Date(begin)
  let drill: Drilled | undefined
  let last: number | undefined
  const gaps: DrillGaps = { drills: 0, longest: 0 }
  for (let now = begin; now < begin + years * 365.25 * dayMs; now += stepMinutes * minuteMs) {
    const slot = dueDrill({ tenantID, everyDays, newestAt, drill, now: new Date(now) })
    if (!slot) continue
    gaps.drills++
    if (last !== undefined) gaps.longest = Math.max(gaps.longest, (now - last) / (everyDays * dayMs))
    last = now
    drill = { slot: slot.toISOString(), at: new Date(now).toISOString(), failures: 0 }
  }
  return gaps
}
