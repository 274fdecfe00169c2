import { z } from 'zod'
import { rules } from './cel.ts'
import { conditions, dnsName, instant, observedGeneration, tenantIDField } from './fields.ts'

export const restoreSpec = z
  .object({
    tenantName: dnsName().describe(
      'The KiaviTenant of this namespace that gets the data; of a drill, the one whose backup is tried.',
    ),
    mode: z
      .enum(['InPlace', 'NewTenant', 'Drill'])
      .describe(
        'InPlace: into a second database that takes the place of the first, once it is proven and what happened since is replayed. NewTenant: into a tenant that holds nothing yet. Drill: into a database that is thrown away.',
      ),
    sourceTenantID: tenantIDField().describe(
      "Tenant ID of the backup; in place and for a drill the tenant's own, so that no template restores the wrong one.",
    ),
    reason: z
      .enum(['Manual', 'Scheduled'])
      .default('Manual')
      .describe(
        "Manual: somebody asked for it. Scheduled: a drill of the operator's own, every drillEveryDays.",
      ),
    slot: instant().optional().describe('Of a scheduled drill: the moment that it is for.'),
    sequence: z
      .int()
      .min(1)
      .max(99999999)
      .optional()
      .describe('Number of the backup, as status.sequence of its KiaviBackup shows it. Default: the newest.'),
    confirmedStartedAt: instant()
      .optional()
      .describe(
        'When the backup began, as you know it: asked for where the cluster was lost, and with it which backup is the newest.',
      ),
    keepPreviousDays: z
      .int()
      .min(0)
      .max(89)
      .optional()
      .describe('Days that the database which was replaced in place is kept. Default: 7.'),
  })
  .meta(
    rules(
      {
        rule: 'self == oldSelf',
        message: 'a restore cannot be changed after the fact: make another KiaviRestore',
        reason: 'FieldValueForbidden',
      },
      {
        rule: "!has(self.keepPreviousDays) || self.mode == 'InPlace'",
        message: 'leave keepPreviousDays out: only a restore in place replaces a database',
        reason: 'FieldValueForbidden',
        fieldPath: '.keepPreviousDays',
      },
      {
        rule: "has(self.slot) == (self.reason == 'Scheduled') && (self.reason == 'Manual' || self.mode == 'Drill')",
        message: 'leave slot and reason out: only the schedule of drills makes restores for a slot',
        reason: 'FieldValueForbidden',
        fieldPath: '.slot',
      },
    ),
  )

export const restoreStatus = z.object({
  observedGeneration: observedGeneration(),
  sequence: z.int().min(1).optional().describe('Number of the backup.'),
  object: z.string().max(256).optional().describe('Name of the backup in the store.'),
  step: z.string().max(63).optional().describe('What is being done, in one CamelCase word.'),
  number: z
    .int()
    .min(1)
    .optional()
    .describe("Its number among the tenant's restores; names its database and its Jobs."),
  bytes: z.int().min(0).optional().describe('Encrypted bytes that were read so far.'),
  startedAt: instant().optional().describe('When it began.'),
  completedAt: instant().optional().describe('When the tenant served, or the drill had signed in.'),
  recoverySeconds: z.int().min(0).optional().describe('How long that took.'),
  users: z.int().min(0).optional().describe('How many people were put back.'),
  erasedSince: z
    .int()
    .min(0)
    .optional()
    .describe('How many people of the backup had been erased since, and were left out.'),
  previousDatabase: z.string().max(63).optional().describe('The database that was replaced.'),
  previousUntil: instant().optional().describe('Until when it is kept.'),
  failureCode: z.string().max(63).optional().describe('Why it failed, in a word of docs/errors.md.'),
  conditions: conditions().optional(),
})

export type RestoreSpec = z.infer<typeof restoreSpec>
export type RestoreStatus = z.infer<typeof restoreStatus>
