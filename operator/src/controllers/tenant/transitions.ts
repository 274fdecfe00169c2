import { type TenantStatus } from '../../api/v1alpha1/tenant.ts'
import { type KubeObject } from '../../kube/port.ts'
import { type Ensured } from './acting.ts'
import { isTrue } from '../conditions.ts'
import { type Recorder } from './ports.ts'
import { type Tenant } from './tenant.ts'

/** One event for each transition that a user should know, told after the status that shows it was written. */
export function tellTransitions(
  before: Tenant,
  after: TenantStatus,
  about: KubeObject,
  recorder: Recorder,
): void {
  const was = before.status.conditions ?? []
  const is = after.conditions ?? []
  const became = (type: string) => isTrue(is, type) && !isTrue(was, type)
  const say = (type: string) => is.find((condition) => condition.type === type)?.message ?? ''
  if (before.status.database?.provisionedAt === undefined && after.database?.provisionedAt !== undefined) {
    recorder.event(about, 'Normal', 'DatabaseReady', `Database ${after.database.name ?? ''} is ready.`)
  }
  if (became('Ready'))
    recorder.event(about, 'Normal', 'Serving', `People can sign up and in at ${after.issuer ?? ''}.`)
  if (isTrue(was, 'Ready') && !isTrue(is, 'Ready')) recorder.event(about, 'Warning', 'NotReady', say('Ready'))
  const stalled = is.find(({ type }) => type === 'Stalled')
  if (stalled && was.find(({ type }) => type === 'Stalled')?.reason !== stalled.reason) {
    recorder.event(about, 'Warning', stalled.reason, stalled.message)
  }
  if (became('Paused')) recorder.event(about, 'Normal', 'Paused', say('Paused'))
}

/** Objects that a stranger changed and that were put back; a change of the spec is no drift. */
export function tellDrift(
  { status, generation }: Tenant,
  changed: readonly Ensured[],
  about: KubeObject,
  recorder: Recorder,
): string[] {
  if (status.observedGeneration !== generation) return []
  return changed.map(({ kind, name, paths }) => {
    const where = paths.slice(0, 5).join(', ')
    recorder.event(
      about,
      'Normal',
      'DriftCorrected',
      `${kind} ${name} was put back; it differed in ${where}.`,
    )
    return `${kind}/${name}`
  })
}
