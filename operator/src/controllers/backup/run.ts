import { type BackupSpec, type BackupStatus, backupSpec, backupStatus } from '../../api/v1alpha1/backup.ts'
import { type KubeObject } from '../../kube/port.ts'
import { isTrue } from '../conditions.ts'
import { type ObjectHead, headOf } from '../object-head.ts'
import { type OpenRun } from './decide-run.ts'
import { type BackupReason, backupReasons } from './reasons.ts'

/** A KiaviBackup as the mind reads it. */
export interface Run extends ObjectHead {
  /** Absent when it does not parse, which only an older or newer CRD lets in. */
  spec: BackupSpec | undefined
  status: BackupStatus
}

export function readRun(object: KubeObject): Run {
  const spec = backupSpec.safeParse(object['spec'])
  const status = backupStatus.safeParse(object['status'] ?? {})
  return {
    ...headOf(object),
    spec: spec.success ? spec.data : undefined,
    status: status.success ? status.data : {},
  }
}

export const isCompleted = ({ status }: Pick<Run, 'status'>): boolean => isTrue(status.conditions, 'Ready')

/** The reason that it shows. */
export const reasonOf = ({ status }: Pick<Run, 'status'>): string | undefined =>
  status.conditions?.find(({ type }) => type === 'Ready')?.reason

/** Nothing more becomes of it: it was completed, or will not be. */
export function isEnded(run: Pick<Run, 'status'>): boolean {
  const reason = reasonOf(run)
  return isCompleted(run) || (isReason(reason) && backupReasons[reason] === 'ended')
}

/** What is to be decided of it. */
export const asOpen = ({ name, spec, status: { lastFailure } }: Run): OpenRun => ({
  name,
  slot: spec?.slot === undefined ? undefined : new Date(spec.slot),
  failures: lastFailure?.attempt ?? 0,
  failed: lastFailure && { sequence: lastFailure.sequence, at: new Date(lastFailure.at) },
})

const isReason = (text: string | undefined): text is BackupReason =>
  text !== undefined && Object.hasOwn(backupReasons, text)
