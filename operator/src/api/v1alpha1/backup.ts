import { z } from 'zod'
import { rules } from './cel.ts'
import { conditions, dnsName, instant, observedGeneration, tenantIDField } from './fields.ts'
import { retentionDays } from './tenant-backups.ts'

export const backupSpec = z
  .object({
    tenantName: dnsName().describe('The KiaviTenant of this namespace that is backed up.'),
    reason: z
      .enum(['Manual', 'Scheduled', 'Final'])
      .default('Manual')
      .describe(
        "Manual: somebody asked for it. Scheduled and Final are the operator's own: the schedule's, and the last one at a tenant's end.",
      ),
    slot: instant().optional().describe('The moment of the schedule that it is for.'),
    retentionDays: retentionDays()
      .optional()
      .describe("Days after which it is gone. Default: the tenant's spec.backups.retentionDays."),
  })
  .meta(
    rules(
      {
        rule: 'self == oldSelf',
        message: 'a backup cannot be changed after the fact: make another KiaviBackup',
        reason: 'FieldValueForbidden',
      },
      {
        rule: "has(self.slot) == (self.reason == 'Scheduled')",
        message: 'leave slot and reason out: only the schedule makes backups for a slot',
        reason: 'FieldValueForbidden',
        fieldPath: '.slot',
      },
    ),
  )

export const backupStatus = z.object({
  observedGeneration: observedGeneration(),
  tenantID: tenantIDField().optional().describe('Tenant ID of whose data it holds.'),
  className: dnsName().optional().describe('The class in whose store it lies.'),
  sequence: z
    .int()
    .min(1)
    .optional()
    .describe("Its number among the tenant's backups, in the order in which they began; never given twice."),
  attempts: z.int().min(0).optional().describe('How often it was tried.'),
  lastFailure: z
    .object({
      attempt: z.int().min(1).describe('Which attempt it was.'),
      sequence: z.int().min(1).describe('The number that this attempt had.'),
      at: instant().describe('When it was seen to have failed.'),
      code: z.string().max(63).describe('Why, in a word of docs/errors.md.'),
      message: z.string().max(1024).describe('Why, in a sentence.'),
    })
    .optional()
    .describe('The attempt that failed last.'),
  startedAt: instant().optional().describe('When it began; it holds what was there at that moment.'),
  completedAt: instant()
    .optional()
    .describe('When it was read back from the store and found to be what was written.'),
  expiresAt: instant().optional().describe('When it is to be gone from the store.'),
  removedAt: instant().optional().describe('When it was found to be gone from the store.'),
  damagedAt: instant()
    .optional()
    .describe('When a restore or a drill found that it cannot be used: it is no last backup that is kept.'),
  object: z.string().max(256).optional().describe('Its name in the store.'),
  bytes: z.int().min(0).optional().describe('Encrypted bytes that were written so far; in the end its size.'),
  sha256: z.string().max(64).optional().describe('SHA-256 of the encrypted bytes, in hex.'),
  table: z.string().max(127).optional().describe('The table that is being read.'),
  tables: z.int().min(0).optional().describe('How many tables are in it.'),
  users: z.int().min(0).optional().describe('How many people are in it.'),
  schemaVersion: z.int().min(0).optional().describe('The newest migration in it.'),
  conditions: conditions().optional(),
})

export type BackupSpec = z.infer<typeof backupSpec>
export type BackupStatus = z.infer<typeof backupStatus>
