import { annotation } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Component, ownerAnnotation, tenantLabels } from '../../tenant/children/meta.ts'
import { type OperatorIdentity } from '../../tenant/rendering.ts'

/** So long its log can be read, and its end be put on record by an operator that was away. */
const keptSeconds = 2 * 86_400

interface Wanted {
  name: string
  tenantID: string
  component: Component
  operator: OperatorIdentity
  /** The KiaviTenant. */
  owner: { namespace: string; name: string }
  className: string
  /** Whose it is, for who finds it. */
  run: string
  /** `job.json`. */
  document: string
  /** What else of the pod's annotations its containers read as files. */
  files?: Record<string, string>
  /** After so long it has failed, whatever it was doing. */
  deadlineSeconds: number
  pod: object
}

/** A Job of ours in the operator's namespace: it is never repeated by itself. */
export function jobObject(wanted: Wanted): KubeObject {
  const {
    name,
    tenantID,
    component,
    operator,
    owner,
    className,
    run,
    document,
    files,
    deadlineSeconds,
    pod,
  } = wanted
  const labels = tenantLabels(tenantID, component)
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: operator.namespace,
      labels,
      annotations: {
        ...ownerAnnotation(owner),
        [annotation.className]: className,
        [annotation.job]: document,
        [annotation.run]: run,
      },
    },
    spec: {
      activeDeadlineSeconds: deadlineSeconds,
      // A further attempt has a number, and a Job, of its own.
      backoffLimit: 0,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: 'Failed',
      suspend: false,
      template: {
        metadata: {
          labels,
          annotations: {
            [annotation.job]: document,
            ...files,
            // What is moved to another node has to begin anew.
            'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
          },
        },
        spec: pod,
      },
      ttlSecondsAfterFinished: keptSeconds,
    },
  }
}
