import {
  type RestoreSpec,
  type RestoreStatus,
  restoreSpec,
  restoreStatus,
} from '../../api/v1alpha1/restore.ts'
import { type KubeObject } from '../../kube/port.ts'
import { isTrue } from '../conditions.ts'
import { type ObjectHead, headOf } from '../object-head.ts'
import { type RestoreReason, restoreReasons } from './reasons.ts'

/** A KiaviRestore as the mind reads it. */
export interface Restore extends ObjectHead {
  /** Absent when it does not parse, which only an older or newer CRD lets in. */
  spec: RestoreSpec | undefined
  status: RestoreStatus
}

export function readRestore(object: KubeObject): Restore {
  const spec = restoreSpec.safeParse(object['spec'])
  const status = restoreStatus.safeParse(object['status'] ?? {})
  return {
    ...headOf(object),
    spec: spec.success ? spec.data : undefined,
    status: status.success ? status.data : {},
  }
}

/** Nothing more becomes of it: it was completed, or will not be. */
export function isEnded({ status }: Pick<Restore, 'status'>): boolean {
  const reason = status.conditions?.find(({ type }) => type === 'Ready')?.reason
  return isTrue(status.conditions, 'Ready') || (isReason(reason) && restoreReasons[reason] === 'ended')
}

const isReason = (text: string | undefined): text is RestoreReason =>
  text !== undefined && Object.hasOwn(restoreReasons, text)

export const byAge = (a: Restore, b: Restore): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.name < b.name ? -1 : 1)
