import { annotation } from '../../api/v1alpha1/names.ts'
import { type Verdict } from '../conditions.ts'

/** What was seen of a class. */
export interface ClassObserved {
  isDefault: boolean
  /** Names of the other classes that are marked as default. */
  otherDefaults: string[]
  /** What does not parse. */
  faults: string | undefined
  /** Which Secret lacks which keys. */
  missing: { secret: string; keys: string[] } | undefined
  /** Why the server could not be asked. */
  unreachable: string | undefined
  /** `server_version_num`. */
  serverVersion: number | undefined
}

const oldest = 15

/** Whether tenants can live in the class, and if not why. */
export function judgeClass(seen: ClassObserved, operatorNamespace: string): Verdict[] {
  const stalled = mendNeeded(seen, operatorNamespace)
  if (stalled) {
    return [
      { type: 'Ready', status: 'False', ...stalled },
      { type: 'Stalled', status: 'True', ...stalled },
    ]
  }
  if (seen.unreachable !== undefined) {
    const waiting = { reason: 'DatabaseUnreachable', message: `${seen.unreachable} It is asked again.` }
    return [
      { type: 'Ready', status: 'False', ...waiting },
      { type: 'Reconciling', status: 'True', ...waiting },
    ]
  }
  return [{ type: 'Ready', status: 'True', reason: 'Usable', message: 'Tenants can live in the class.' }]
}

function mendNeeded(
  { isDefault, otherDefaults, faults, missing, serverVersion }: ClassObserved,
  operatorNamespace: string,
): Pick<Verdict, 'reason' | 'message'> | undefined {
  if (faults !== undefined) {
    return {
      reason: 'ClassUnreadable',
      message: `The spec does not say what this version understands: ${faults}`,
    }
  }
  if (isDefault && otherDefaults.length > 0) {
    const message = `${otherDefaults.join(', ')} is marked ${annotation.defaultClass}=true too. Unmark all but one.`
    return { reason: 'TwoDefaultClasses', message }
  }
  if (missing) {
    const message = `Secret ${missing.secret} in namespace ${operatorNamespace} must exist with non-empty keys ${missing.keys.join(', ')}.`
    return { reason: 'SecretNotFound', message }
  }
  if (serverVersion !== undefined && major(serverVersion) < oldest) {
    const message = `PostgreSQL ${versionText(serverVersion)} is too old: ${oldest} or newer is needed.`
    return { reason: 'ServerTooOld', message }
  }
  return undefined
}

const major = (version: number) => Math.floor(version / 10_000)

/** `180004` is 18.4. */
export const versionText = (version: number): string => `${major(version)}.${version % 10_000}`
