import { type BackupName } from '../../../backups/object-name.ts'
import { expiryOf } from '../expiry.ts'
import { type BackupLedger } from '../ledger.ts'
import { type Place } from '../observed.ts'
import { type Run } from '../run.ts'

/** The backup that the attempt with a number makes: always the same, from the ledger alone. */
export function nameOf(
  { tenantID }: Pick<Place, 'tenantID'>,
  { current }: BackupLedger,
  installationID: string,
): BackupName | undefined {
  if (current?.startedAt === undefined || current.expiresAt === undefined) return undefined
  const { sequence, startedAt, expiresAt } = current
  return {
    ...{ installationID, tenantID, sequence },
    startedAt: new Date(startedAt),
    expiresAt: new Date(expiresAt),
  }
}

/** When an attempt that begins now begins, in whole seconds, and when it is to be gone. */
export function datesOf(
  { retentionDays }: Pick<Place, 'retentionDays'>,
  { spec }: Pick<Run, 'spec'>,
  now: Date,
): { startedAt: Date; expiresAt: Date } {
  const startedAt = new Date(Math.floor(now.getTime() / 1000) * 1000)
  return {
    startedAt,
    expiresAt: expiryOf({ startedAt, retentionDays: spec?.retentionDays ?? retentionDays }),
  }
}
