import { type RestoreStatus } from '../../api/v1alpha1/restore.ts'
import { mergeConditions } from '../conditions.ts'
import { statusPatch } from '../tenant/status.ts'
import { toldVerdicts } from '../told.ts'
import { type RestoreFinding, restoreReasons } from './reasons.ts'
import { type Restore } from './restore.ts'

export type RestoreFacts = Omit<RestoreStatus, 'conditions' | 'observedGeneration'>

/** The merge patch that says it of a KiaviRestore; `undefined` when its status says it already. */
export function tell(
  { status, generation }: Pick<Restore, 'status' | 'generation'>,
  finding: RestoreFinding,
  facts: RestoreFacts,
  now: Date,
): Record<string, unknown> | undefined {
  const verdicts = toldVerdicts(restoreReasons[finding.reason], finding)
  const conditions = mergeConditions(status.conditions ?? [], verdicts, { now, generation })
  return statusPatch(status, { ...status, ...facts, observedGeneration: generation, conditions })
}
