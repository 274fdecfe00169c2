import { z } from 'zod'
import { instant } from './fields.ts'
import { schedule } from './schedule.ts'

/** Backups end with the tenant: 90 days after its termination no copy is left, and a sweep takes up to one of them. */
export const retentionDays = () => z.int().min(1).max(89)

export const backupSchedule = z.object({
  schedule: schedule()
    .default('0 2 * * *')
    .describe(
      'When backups begin, in UTC: minute hour day-of-month month day-of-week, in numbers, * for each, such as 0 2 * * * for every night or 30 */6 * * * for four a day. Each begins within the hour after, spread over the fleet. A slot that was missed is made up once.',
    ),
  retentionDays: retentionDays()
    .default(30)
    .describe(
      'Days after which a backup is gone, counted from its begin and kept with it: a change counts for backups from now on. At most 89, since nothing outlives the tenant by 90 days. The last verified backup of a tenant that lives stays.',
    ),
  drillEveryDays: z
    .int()
    .min(0)
    .max(365)
    .default(30)
    .describe(
      'Days between two drills, in each of which the newest backup is restored into a database that is thrown away, and a sign-in is tried on it. 0: never, and condition RestoreProven says so.',
    ),
})

export const backupsStatus = z.object({
  lastSequence: z.int().min(1).optional().describe('Number of the newest backup that was completed.'),
  lastAt: instant()
    .optional()
    .describe(
      'When the newest backup that was completed began: what came later would be lost with the database.',
    ),
  nextAt: instant().optional().describe('When the next one begins.'),
  provenAt: instant().optional().describe('When a backup was last proven by restoring it.'),
  provenSequence: z.int().min(1).optional().describe('Number of the backup that was proven.'),
  recoverySeconds: z
    .int()
    .min(0)
    .optional()
    .describe('How long the proof took, from the begin of the restore to the sign-in.'),
})
