import { type Cron, parseCron } from '../../../../operator/src/controllers/backup/cron.ts'

export const tenantID = 'k3x9q7w2ab'

/** An instant of UTC, such as 2026-11-22T02:00. */
export const at = (minute: string) => new Date(`${minute}:00.000Z`)

export function cron(schedule: string): Cron {
  const parsed = parseCron(schedule)
  if ('fault' in parsed) throw new Error(`${schedule}: ${parsed.fault}`)
  return parsed.cron
}
