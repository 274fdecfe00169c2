import { type BackupNote } from '../controllers/backup/note.ts'
import { type BackupOutcome } from '../controllers/backup/reconcile.ts'
import { type Metrics } from '../telemetry/metrics.ts'
import { type NotingController, type NotingOptions, createNotingController } from './noting-controller.ts'

export interface BackupControllerOptions extends NotingOptions<BackupOutcome> {
  metrics: Pick<Metrics, 'reconciled' | 'tenantBackups' | 'watchQueue'>
}

export type BackupController = NotingController<BackupNote>

/** The queue of tenants whose backups to look at. */
export const createBackupController = (options: BackupControllerOptions): BackupController =>
  createNotingController<BackupNote, BackupOutcome>(
    {
      controller: 'backup',
      isGone: ({ finding }) => finding?.reason === 'TenantNotFound',
      show: ({ namespace, name }, { newest, nextAt, bytes, oldestExpiry }) =>
        options.metrics.tenantBackups(namespace, name, {
          lastAt: newest && new Date(newest.startedAt),
          ...{ nextAt, bytes, oldestExpiry },
        }),
    },
    options,
  )
