import { masterSecret } from '../../api/v1alpha1/names.ts'
import { type RecoveryRecord } from '../recovery/record.ts'

/** A sentence where parts of the journal are gone that a recovery set has; nothing is made in their place. */
export function lostParts(
  tenantID: string,
  parts: number,
  records: Readonly<Record<string, RecoveryRecord>>,
): string | undefined {
  const newest = Object.values(records).sort((a, b) => (a.at < b.at ? 1 : -1))[0]
  if ((newest?.parts ?? 0) <= parts) return undefined
  const name = masterSecret.journal(tenantID, parts)
  return `Secret ${name} in the operator's namespace is gone: who was erased would come back with a restore. Nothing is made in its place. It is in recovery set ${newest?.object ?? ''} of the store; docs/recovery.md says how to put it back.`
}
