import { masterSecret } from '../../api/v1alpha1/names.ts'
import { pauseOf } from '../tenant/plan/paused.ts'
import { chooseRemembered } from './choose.ts'
import { type ChosenBundle } from './ledger.ts'
import { type Needs, type Place } from './observed.ts'
import { type RestoreFinding } from './reasons.ts'
import { type Restore } from './restore.ts'

/** What is asked may be begun: with this bundle, or once the store was looked into; or why it may not. */
export type Judged = { begins: ChosenBundle | undefined } | { finding: RestoreFinding }

/** Whether a restore may begin. What it refuses it refuses before anything is touched. */
export function judgeRestore(restore: Restore, place: Place, needs: Needs, now: Date): Judged {
  const { spec } = restore
  if (!spec) {
    const message = 'Its spec was written for another version of the CRD. Make another KiaviRestore.'
    return { finding: { reason: 'SpecUnreadable', message } }
  }
  const refusal = refuse(restore, place)
  if (refusal) return { finding: { reason: 'Refused', message: refusal } }
  const pause = spec.mode === 'Drill' ? undefined : pauseOf(place.tenant, now)
  if (pause && 'until' in pause) {
    const message = `KiaviTenant ${place.tenant.name} is paused until ${pause.until.toISOString()}: it begins then, or when the annotation is taken off.`
    return { finding: { reason: 'TenantPaused', message } }
  }
  if ((place.tenant.status.database?.schemaVersion ?? 0) === 0) {
    const message = `The migrations of KiaviTenant ${place.tenant.name} were not applied yet, so nobody knows what its runtime understands; kubectl describe kt ${place.tenant.name} says what it waits for.`
    return { finding: { reason: 'TenantNotReady', message } }
  }
  if (!needs.installationKeys) {
    const message =
      "The public halves of the installation's keys are gone from Secret installation: no backup can be told from what somebody else made. Put the Secret back from where you keep it, or from a recovery set."
    return { finding: { reason: 'InstallationKeyLost', message } }
  }
  if (needs.missing) return { finding: needs.missing }
  return judgeSource(restore, spec, needs)
}

function refuse({ spec }: Restore, { tenant, tenantID }: Place): string | undefined {
  if (!spec) return undefined
  const { mode, sourceTenantID } = spec
  if (mode === 'NewTenant' && sourceTenantID === tenantID)
    return `${sourceTenantID} is KiaviTenant ${tenant.name} itself. To put its own backup back, write mode: InPlace.`
  if (mode !== 'NewTenant' && sourceTenantID !== tenantID)
    return `${sourceTenantID} is not KiaviTenant ${tenant.name}, whose ID is ${tenantID}. Name the right tenant; to put another one's backup into it, write mode: NewTenant.`
  if (tenant.deleting && mode !== 'Drill')
    return `KiaviTenant ${tenant.name} is being deleted. Restore into one that stays.`
  return undefined
}

function judgeSource(
  { namespace }: Restore,
  spec: NonNullable<Restore['spec']>,
  { sources, holdsPeople }: Needs,
): Judged {
  const source = sources.find(({ tenantID }) => tenantID === spec.sourceTenantID)
  const secret = masterSecret.backups(spec.sourceTenantID)
  if (!source || source.master === 'absent') {
    const message = `Secret ${secret} in the operator's namespace, which opens the backups of ${spec.sourceTenantID}, is not there. If the ID is right, put it back from where you keep it, or from a recovery set.`
    return { finding: { reason: 'BackupIdentityLost', message } }
  }
  if (source.master === 'unreadable') {
    const message = `Secret ${secret} in the operator's namespace does not hold what was written into it. Put it back from where you keep it.`
    return { finding: { reason: 'BackupIdentityLost', message } }
  }
  // Data of one customer do not become another's by a name in a field.
  if (source.master.namespace !== namespace)
    return refused(
      `${spec.sourceTenantID} is not a tenant of this namespace. A backup goes only where its tenant was: make the new tenant, and the KiaviRestore, there.`,
    )
  if (spec.mode === 'NewTenant' && holdsPeople === true)
    return refused(
      `KiaviTenant ${spec.tenantName} holds people already, or did a moment ago. Make a new KiaviTenant, and restore into that one before anybody signs up.`,
    )
  const chosen = chooseRemembered(spec, source.master.ledger, source.known, source.lives)
  return chosen && 'reason' in chosen ? refused(chosen.message) : { begins: chosen }
}

const refused = (message: string): Judged => ({ finding: { reason: 'Refused', message } })
