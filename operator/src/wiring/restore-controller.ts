import { type RestoreNote } from '../controllers/restore/note.ts'
import { type RestoreOutcome } from '../controllers/restore/reconcile.ts'
import { type Metrics } from '../telemetry/metrics.ts'
import {
  type NotingController,
  type NotingOptions,
  type TenantName,
  createNotingController,
} from './noting-controller.ts'

export interface RestoreControllerOptions extends NotingOptions<RestoreOutcome> {
  /** Told when another database serves a tenant, or none does: its own controller has to look now. */
  woken: (name: TenantName) => void
  metrics: Pick<Metrics, 'reconciled' | 'tenantDrills' | 'watchQueue'>
}

export type RestoreController = NotingController<RestoreNote>

/** The queue of tenants whose restores and drills to look at. */
export const createRestoreController = (options: RestoreControllerOptions): RestoreController =>
  createNotingController<RestoreNote, RestoreOutcome>(
    {
      controller: 'restore',
      isGone: ({ finding }) => finding?.reason === 'TenantNotFound',
      show: ({ namespace, name }, { proven, failed, nextAt }) =>
        options.metrics.tenantDrills(namespace, name, {
          provenAt: proven && new Date(proven.at),
          recoverySeconds: proven?.recoverySeconds,
          failed: proven || failed ? (failed ? 1 : 0) : undefined,
          nextAt,
        }),
      looked: (name, { wakesTenant }) => {
        if (wakesTenant) options.woken(name)
      },
    },
    options,
  )
