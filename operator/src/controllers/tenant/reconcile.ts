import { label } from '../../api/v1alpha1/names.ts'
import { type TenantStatus } from '../../api/v1alpha1/tenant.ts'
import { type Condition } from '../../api/v1alpha1/fields.ts'
import { KubeError } from '../../kube/errors.ts'
import { type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { isTrue } from '../conditions.ts'
import { OperatorError } from '../errors.ts'
import { act } from './act.ts'
import { type Ensured } from './acting.ts'
import { check } from './checks.ts'
import { LearnedDefaults } from './compare/learned-defaults.ts'
import { VerifiedObjects } from './compare/verified-objects.ts'
import { failureOf } from './failure.ts'
import { keysAgainMs } from './keys/again.ts'
import { Sightings, whoIs } from './keys/sightings.ts'
import { observe } from './observe.ts'
import { type Observed } from './observed.ts'
import { type Plan, isReleased, plan } from './plan.ts'
import { askedRotation, termsOf } from './keys/decide-for.ts'
import { pauseOf } from './plan/paused.ts'
import { type TenantPorts } from './ports.ts'
import { type Finding, isStalled } from './reasons.ts'
import { nextStatus, statusPatch } from './status.ts'
import { type Tenant, readTenant } from './tenant.ts'
import { tellTransitions, tellDrift } from './transitions.ts'
import { leaveDatabase } from './steps.ts'
import { Vault } from './vault.ts'

/** What one reconcile came to; told to logs and metrics by who called. */
export interface Outcome {
  result: 'gone' | 'paused' | 'ready' | 'waiting' | 'stalled' | 'failed'
  tenantID: string | undefined
  /** What was done, by the names of the steps. */
  steps: string[]
  /** Objects that were put back. */
  drift: string[]
  /** The reason of condition Ready. */
  reason: string
  conditions: readonly Condition[]
  keys: readonly NonNullable<TenantStatus['keys']>[number][]
  /** Status said something new. */
  wrote: boolean
  /** When to look again, in milliseconds; absent when there is nothing left to look at. */
  againMs: number | undefined
  error: Error | undefined
}

export interface ReconcilerOptions {
  /** How often a tenant at rest is looked at whole, in milliseconds. */
  resyncMs: number
}

/** More rounds than any order of steps needs: what is not settled by then waits its turn in the queue. */
const mostRounds = 6
const nothingPlanned: Plan = { steps: [], findings: [], stop: true, rendering: undefined }
const waitMs = { progress: 5_000, stalled: 60_000 }

/** Brings one tenant to what its spec says: observe, plan, act, observe again, status. */
export function createReconciler(ports: TenantPorts, { resyncMs }: ReconcilerOptions) {
  const learned = new LearnedDefaults()
  const verified = new VerifiedObjects()
  const sightings = new Sightings(ports.monotonic)

  return async function reconcile(name: { namespace: string; name: string }): Promise<Outcome> {
    const first = await ports.cluster.get(kinds.KiaviTenant, name)
    if (!first) {
      sightings.forget(whoIs(name))
      await unguard(name.namespace, ports)
      return outcome('gone', undefined)
    }
    const vault = new Vault(ports.cluster, ports.operator.namespace, ports.checkKey)
    const done: { steps: string[]; drift: Ensured[] } = { steps: [], drift: [] }
    let object = first
    let seen: Observed | undefined
    let planned: Plan | undefined
    let failure: Finding | undefined
    let error: Error | undefined
    try {
      for (let round = 1; ; round += 1) {
        const tenant = readTenant(object)
        const released = isReleased(tenant)
        if (tenant.status.tenantID !== undefined) vault.forget(tenant.status.tenantID)
        const before = planned && leaveDatabase(planned.steps) ? seen?.database : undefined
        seen = await observe(tenant, { ports, vault, verified, sightings, database: before })
        planned = plan(tenant, seen, ports.operator, ports.now())
        if (planned.steps.length === 0) break
        if (round > mostRounds) {
          const message = `Still to do after ${mostRounds} rounds: ${planned.steps.map(wordFor).join(', ')}.`
          throw new OperatorError('NOT_SETTLED', message, { retry: 'backoff' })
        }
        for (const step of planned.steps) {
          const acted = await act(step, {
            ports,
            vault,
            learned,
            verified,
            object,
            rendering: planned.rendering,
          })
          done.steps.push(wordFor(step))
          if (acted.object) object = acted.object
          if (acted.ensured?.was === 'different') done.drift.push(acted.ensured)
        }
        if (released) {
          ports.recorder.event(object, 'Normal', 'Released', releasedMessage(tenant))
          return { ...outcome('gone', tenant), steps: done.steps }
        }
      }
    } catch (caught) {
      error = caught instanceof Error ? caught : new Error(String(caught))
      failure = failureOf(error)
    }
    try {
      return await conclude({ object, seen, planned: planned ?? nothingPlanned, failure, error, ...done })
    } catch (caught) {
      if (!isConflict(caught)) throw caught
      // Somebody else wrote to the tenant while we told of it: the next look tells.
      return { ...outcome('failed', readTenant(object)), steps: done.steps, error: caught }
    }
  }

  function againForKeys(tenant: Tenant, seen: Observed | undefined, { rendering }: Plan): number | undefined {
    const ledger = seen?.secrets?.ledger
    if (!ledger || !rendering) return undefined
    const { tenantID, spec } = rendering
    const about = { tenantID, terms: termsOf(spec), rotation: askedRotation(tenant), now: ports.now() }
    return keysAgainMs(ledger, seen.pods, about)
  }

  interface Conclusion {
    object: KubeObject
    seen: Observed | undefined
    planned: Plan
    failure: Finding | undefined
    error: Error | undefined
    steps: string[]
    drift: Ensured[]
  }

  /** Status is written once, also after a failure, and only when it says something new. */
  async function conclude({
    object,
    seen,
    planned,
    failure,
    error,
    steps,
    drift,
  }: Conclusion): Promise<Outcome> {
    const tenant = readTenant(object)
    const now = ports.now()
    const verdicts = check(tenant, seen, planned, { now, failure })
    const next = nextStatus(tenant, seen, planned, verdicts, now)
    const patch = isConflict(error) ? undefined : statusPatch(tenant.status, next)
    let written = object
    if (patch) {
      const { namespace, name, resourceVersion, uid } = tenant
      const body = { metadata: { resourceVersion, uid }, status: patch }
      written = await ports.cluster.patch(kinds.KiaviTenant, { namespace, name }, body, 'status')
      tellTransitions(tenant, next, written, ports.recorder)
    }
    const repaired = tellDrift(tenant, drift, written, ports.recorder)
    const base = {
      tenantID: next.tenantID,
      steps,
      drift: repaired,
      reason: verdicts[0]?.reason ?? '',
      conditions: next.conditions ?? [],
      keys: next.keys ?? [],
      wrote: patch !== undefined,
      error,
    }
    if (error) return { ...base, result: 'failed', againMs: undefined }
    const pause = pauseOf(tenant, now)
    if (pause && 'until' in pause) {
      return { ...base, result: 'paused', againMs: Math.max(pause.until.getTime() - now.getTime(), 1_000) }
    }
    if (planned.findings.some(isStalled))
      return { ...base, result: 'stalled', againMs: Math.min(waitMs.stalled, resyncMs) }
    const ready = isTrue(next.conditions, 'Ready')
    const settled = ready && !isTrue(next.conditions, 'Reconciling')
    const keysMs = againForKeys(tenant, seen, planned)
    // What serves for the first time has something left to do: claims to give back, a database to put on record.
    const news =
      patch !== undefined &&
      (patch['database'] !== undefined || (ready && !isTrue(tenant.status.conditions, 'Ready')))
    return {
      ...base,
      result: ready ? 'ready' : 'waiting',
      againMs: news ? 0 : Math.min(settled ? resyncMs : waitMs.progress, keysMs ?? resyncMs),
    }
  }
}

const isConflict = (error: unknown): error is KubeError =>
  error instanceof KubeError && error.code === 'KUBE_CONFLICT'

function outcome(result: Outcome['result'], tenant: Tenant | undefined): Outcome {
  const nothing = {
    steps: [],
    drift: [],
    reason: '',
    conditions: [],
    keys: [],
    wrote: false,
    againMs: undefined,
    error: undefined,
  }
  return { result, tenantID: tenant?.status.tenantID, ...nothing }
}

function wordFor(step: Plan['steps'][number]): string {
  switch (step.do) {
    case 'ensure':
    case 'remove':
      return `${step.do} ${step.kind.kind}`
    case 'database':
      return `database ${step.step.do}`
    case 'mount':
      return `mount ${step.secret}`
    default:
      return step.do
  }
}

function releasedMessage({ status: { tenantID } }: Tenant): string {
  return tenantID === undefined
    ? 'Nothing had been made yet.'
    : `The object was let go. Everything of ${tenantID} is kept, goes on serving, and can be adopted: spec.adoptTenantID: ${tenantID}.`
}

/** The last tenant of a namespace is gone: what guards the namespace from deletion may go too. */
async function unguard(namespace: string, { cluster }: TenantPorts): Promise<void> {
  const live = await cluster.get(kinds.Namespace, { name: namespace })
  if (live?.metadata.labels?.[label.holdsTenants] === undefined) return
  if ((await cluster.list(kinds.KiaviTenant, { namespace })).length > 0) return
  const { resourceVersion, uid } = live.metadata
  const metadata = { resourceVersion, uid, labels: { [label.holdsTenants]: null } }
  await cluster.patch(kinds.Namespace, { name: namespace }, { metadata })
}
