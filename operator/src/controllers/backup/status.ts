import { type BackupStatus } from '../../api/v1alpha1/backup.ts'
import { type Verdict, mergeConditions } from '../conditions.ts'
import { statusPatch } from '../tenant/status.ts'
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
  const conditions = mergeConditions(status.conditions ?? [], verdicts(finding), { now, generation })
  return statusPatch(status, { ...status, ...facts, observedGeneration: generation, conditions })
}

/** As kstatus reads them: Reconciling while something is waited for, Stalled when nothing comes of itself. */
function verdicts({ reason, message }: BackupFinding): Verdict[] {
  const kind = backupReasons[reason]
  const says = { reason, message: message.slice(0, 2000) }
  return [
    { type: 'Ready', status: kind === 'done' ? 'True' : 'False', ...says },
    ...(kind === 'waiting' ? [{ type: 'Reconciling', status: 'True', ...says } as const] : []),
    ...(kind === 'stalled' || kind === 'ended'
      ? [{ type: 'Stalled', status: 'True', ...says } as const]
      : []),
  ]
}
