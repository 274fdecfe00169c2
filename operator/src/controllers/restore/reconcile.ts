import { OperatorError } from '../errors.ts'
import { Fleet } from '../backup/fleet.ts'
import { failureOf } from '../tenant/failure.ts'
import { actOnRestores, tellRestore } from './act.ts'
import { type RestoreNote, noteOf } from './note.ts'
import { observeRestores } from './observe.ts'
import { type RestoresObserved } from './observed.ts'
import { observeFleet } from './observe/fleet.ts'
import { planRestores } from './plan.ts'
import { type RestorePorts } from './ports.ts'
import { type RestoreFinding } from './reasons.ts'
import { byAge, isEnded, readRestore } from './restore.ts'
import { tell } from './status.ts'

/** What one look at a tenant's restores came to; told to logs, metrics and the tenant by who called. */
export interface RestoreOutcome {
  /** What was done, by the names of the steps. */
  steps: string[]
  note: RestoreNote | undefined
  /** Its own controller has something to see: doors were closed or opened, or another database is there. */
  wakesTenant: boolean
  /** Tenants whose drill has room to begin now. */
  next: { namespace: string; name: string }[]
  /** When to look again, in milliseconds; absent when there is nothing to wait for. */
  againMs: number | undefined
  error: Error | undefined
}

/** More than any restore takes at one look: what is not settled by then waits its turn in the queue. */
const mostSteps = 30
/** How often a Job's progress is told, in milliseconds. */
const progressMs = 10_000

/** Brings one tenant's restores and drills on: looks, decides on one step, does it, looks again. */
export function createRestoreReconciler(ports: RestorePorts) {
  const fleet = new Fleet()
  const toldAt = new Map<string, number>()
  /** Steps that leave no trace of their end, and were seen to return: another process does them again. */
  const returned = new Set<string>()
  const acting = {
    ...{ ports, fleet },
    done: (tenantID: string, number: number, what: string) => returned.add(`${tenantID} ${number} ${what}`),
  }
  /** What we took away ourselves is remembered until a watch tells that it is gone. */
  const pruned = new Set<string>()
  const hasDone = (tenantID: string, number: number, what: string) =>
    returned.has(`${tenantID} ${number} ${what}`)

  return async function reconcile(name: { namespace: string; name: string }): Promise<RestoreOutcome> {
    const key = `${name.namespace}/${name.name}`
    const askProgress = () => ports.monotonic() - (toldAt.get(key) ?? -Infinity) >= progressMs
    const steps: string[] = []
    let wakesTenant = false
    let seen: RestoresObserved | undefined
    try {
      for (;;) {
        seen = await observeRestores(name, { ports, fleet, askProgress, hasDone, pruned })
        const plan = planRestores(seen)
        if (!('step' in plan)) {
          const next = steps.length > 0 ? roomFor(seen) : []
          return { steps, note: noteOf(seen), wakesTenant, next, againMs: plan.againMs, error: undefined }
        }
        const { step } = plan
        const word = step.do === 'aside' ? step.step.do : step.do
        if (steps.length >= mostSteps) {
          const message = `Still to do after ${mostSteps} steps: ${word}.`
          throw new OperatorError('NOT_SETTLED', message, { retry: 'backoff' })
        }
        // Not a moment between deciding and doing: who begins is counted before anybody else is decided on.
        await actOnRestores(step, seen, acting)
        steps.push(word)
        if (step.do === 'prune') pruned.add(step.restore.uid)
        wakesTenant ||= word === 'fence' || word === 'unfence' || word === 'swap'
        if (step.do === 'tell') toldAt.set(key, ports.monotonic())
      }
    } catch (caught) {
      const error = caught instanceof Error ? caught : new Error(String(caught))
      await tellFailure(name, seen, error)
      const note = seen && noteOf(seen)
      return { steps, note, wakesTenant, next: [], againMs: undefined, error }
    } finally {
      if (seen) settle(seen)
    }
  }

  /** Whoever is not running a drill by now takes nobody's room; a restore that has ended needs no memory. */
  function settle({ place }: RestoresObserved): void {
    const remembered = new Set(ports.memory.restores().map(({ metadata }) => metadata.uid))
    for (const uid of pruned) if (!remembered.has(uid)) pruned.delete(uid)
    if ('finding' in place) return
    const { tenantID, ledger } = place
    fleet.settled(tenantID)
    if (ledger.state === 'whole' && ledger.ledger.current) return
    for (const each of returned) if (each.startsWith(`${tenantID} `)) returned.delete(each)
  }

  /** Whoever waits is woken by who made room. */
  function roomFor({ place }: RestoresObserved): RestoreOutcome['next'] {
    if ('finding' in place) return []
    const { className, tenantID } = place
    const ids = new Set(fleet.next(className, observeFleet(className, ports)).map((run) => run.tenantID))
    return ports.memory
      .tenants()
      .filter(
        (tenant) => tenant.tenantID !== undefined && tenant.tenantID !== tenantID && ids.has(tenant.tenantID),
      )
  }

  /** What keeps a restore from going on is shown on it, where the next look does not settle it. */
  async function tellFailure(
    name: { namespace: string; name: string },
    seen: RestoresObserved | undefined,
    error: Error,
  ): Promise<void> {
    const failure = failureOf(error)
    const ledger =
      seen && 'tenant' in seen.place && seen.place.ledger.state === 'whole' ? seen.place.ledger : undefined
    const uid = ledger?.ledger.current?.restore.uid
    // What could not even be looked at is told of who waits for it.
    const restores = seen?.restores ?? ports.memory.restoresOf(name).map(readRestore).sort(byAge)
    const restore = restores.find(
      (each) => !each.deleting && !isEnded(each) && (uid === undefined || each.uid === uid),
    )
    if (!failure || !restore) return
    const reason: RestoreFinding['reason'] =
      failure.reason === 'ChangeRefused' ? 'ChangeRefused' : 'ReconcileFailed'
    const patch = tell(restore, { reason, message: failure.message }, {}, seen?.now ?? ports.now())
    if (!patch) return
    await tellRestore({ do: 'tell', restore, patch }, ports).catch(() => {})
  }
}
