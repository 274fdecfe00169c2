import { child } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Rendering } from '../rendering.ts'
import { childMeta, podSelector } from './meta.ts'

/** What routes point to. The metrics port is in it for discovery; no route names it. */
export const service = (rendering: Rendering): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: childMeta(rendering, child.runtime, 'runtime'),
  spec: {
    internalTrafficPolicy: 'Cluster',
    ipFamilyPolicy: 'SingleStack',
    ports: [
      { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' },
      { name: 'metrics', port: 9464, protocol: 'TCP', targetPort: 'metrics' },
    ],
    selector: podSelector(rendering.tenantID, 'runtime'),
    sessionAffinity: 'None',
    type: 'ClusterIP',
  },
})
