import { type DatabasePlan } from '../../../providers/database/port.ts'
import { type Observed } from '../observed.ts'
import { type Finding } from '../reasons.ts'

/** True of the database: there, marked, closed to others, prepared inside, and nothing left to do. */
export function checkDatabase(
  { database }: Pick<Observed, 'database'>,
  stepsLeft: DatabasePlan['steps'],
): Finding | undefined {
  if (database?.state === 'unreachable') return database.finding
  if (database?.observed.database?.inside && stepsLeft.length === 0) return undefined
  const message = 'The database is being made; this usually takes a few seconds.'
  return { reason: 'DatabaseProvisioning', message }
}
