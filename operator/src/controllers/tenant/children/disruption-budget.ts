import { child } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Rendering } from '../rendering.ts'
import { childMeta, podSelector } from './meta.ts'

/** Keeps one pod serving while nodes are drained; a pod that is broken anyway holds nobody up. */
export const disruptionBudget = (rendering: Rendering): KubeObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: childMeta(rendering, child.runtime, 'runtime'),
  spec: {
    minAvailable: 1,
    selector: { matchLabels: podSelector(rendering.tenantID, 'runtime') },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  },
})
