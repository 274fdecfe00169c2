import { OperatorError } from '../errors.ts'
import { failureOf } from '../tenant/failure.ts'
import { actOnBackups } from './act.ts'
import { Fleet } from './fleet.ts'
import { type BackupNote, noteOf } from './note.ts'
import { observeBackups } from './observe.ts'
import { type BackupsObserved, type Place } from './observed.ts'
import { observeFleet } from './observe/fleet.ts'
import { planBackups } from './plan.ts'
import { type BackupPorts } from './ports.ts'
import { type BackupFinding } from './reasons.ts'
import { isEnded } from './run.ts'
import { tell } from './status.ts'

/** What one look at a tenant's backups came to; told to logs, metrics and the tenant by who called. */
export interface BackupOutcome {
  /** What was done, by the names of the steps. */
  steps: string[]
  note: BackupNote | undefined
  /** Tenants whose backup has room to begin now. */
  next: { namespace: string; name: string }[]
  /** When to look again, in milliseconds; absent when there is nothing to wait for. */
  againMs: number | undefined
  error: Error | undefined
}

/** More than any backup takes at one look: what is not settled by then waits its turn in the queue. */
const mostSteps = 20
/** How often a Job's progress is told, in milliseconds. */
const progressMs = 10_000

/** Brings one tenant's backups on: looks, decides on one step, does it, looks again. */
export function createBackupReconciler(ports: BackupPorts) {
  const fleet = new Fleet()
  const toldAt = new Map<string, number>()

  return async function reconcile(name: { namespace: string; name: string }): Promise<BackupOutcome> {
    const key = `${name.namespace}/${name.name}`
    const askProgress = () => ports.monotonic() - (toldAt.get(key) ?? -Infinity) >= progressMs
    const steps: string[] = []
    let seen: BackupsObserved | undefined
    try {
      for (;;) {
        seen = await observeBackups(name, { ports, fleet, askProgress })
        const place = 'finding' in seen.place ? undefined : seen.place
        const plan = planBackups(seen)
        if (!('step' in plan)) {
          const next = steps.length > 0 && place ? roomFor(place) : []
          return { steps, note: noteOf(seen), next, againMs: plan.againMs, error: undefined }
        }
        if (steps.length >= mostSteps) {
          const message = `Still to do after ${mostSteps} steps: ${plan.step.do}.`
          throw new OperatorError('NOT_SETTLED', message, { retry: 'backoff' })
        }
        // Not a moment between deciding and doing: who begins is counted before anybody else is decided on.
        await actOnBackups(plan.step, place, { ports, fleet })
        steps.push(plan.step.do)
        if (plan.step.do === 'tell') toldAt.set(key, ports.monotonic())
      }
    } catch (caught) {
      const error = caught instanceof Error ? caught : new Error(String(caught))
      await tellFailure(seen, error)
      return { steps, note: seen && noteOf(seen), next: [], againMs: undefined, error }
    } finally {
      if (seen && !('finding' in seen.place)) fleet.settled(seen.place.tenantID)
    }
  }

  /** Whoever waits is woken by who made room: a crowd that asks again and again would be a load of its own. */
  function roomFor({ tenantID, className, class: { backups } }: Place): BackupOutcome['next'] {
    const look = observeFleet(className, backups.atOnce, ports)
    const ids = new Set(fleet.next(className, look).map((run) => run.tenantID))
    return ports.memory
      .tenants()
      .filter(
        (tenant) => tenant.tenantID !== undefined && tenant.tenantID !== tenantID && ids.has(tenant.tenantID),
      )
  }

  /** What keeps a backup from being made is shown on it, where the next look does not settle it. */
  async function tellFailure(seen: BackupsObserved | undefined, error: Error): Promise<void> {
    const failure = failureOf(error)
    const run = seen?.runs.find((each) => !each.deleting && !isEnded(each))
    if (!failure || !run || !seen) return
    const reason: BackupFinding['reason'] =
      failure.reason === 'ChangeRefused' ? 'ChangeRefused' : 'ReconcileFailed'
    const patch = tell(run, { reason, message: failure.message }, {}, seen.now)
    if (!patch) return
    await actOnBackups({ do: 'tell', run, patch }, undefined, { ports, fleet }).catch(() => {})
  }
}
