import { type BackupStatus } from '../../api/v1alpha1/backup.ts'
import { mergeConditions } from '../conditions.ts'
import { statusPatch } from '../tenant/status.ts'
import { toldVerdicts } from '../told.ts'
import { type BackupFinding, backupReasons } from './reasons.ts'
import { type Run } from './run.ts'

export type BackupFacts = Omit<BackupStatus, 'conditions' | 'observedGeneration'>

/** The merge patch that says it of a KiaviBackup; `undefined` when its status says it already. */
export function tell(
  { status, generation }: Pick<Run, 'status' | 'generation'>,
  finding: BackupFinding,
  facts: BackupFacts,
  now: Date,
): Record<string, unknown> | undefined {
  const verdicts = toldVerdicts(backupReasons[finding.reason], finding)
  const conditions = mergeConditions(status.conditions ?? [], verdicts, { now, generation })
  return statusPatch(status, { ...status, ...facts, observedGeneration: generation, conditions })
}
