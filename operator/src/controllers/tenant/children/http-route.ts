import { child } from '../../../api/v1alpha1/names.ts'
import { type TenantClassSpec } from '../../../api/v1alpha1/tenant-class.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Rendering } from '../rendering.ts'
import { childMeta } from './meta.ts'

/** Attaches the tenant's host to the class's Gateway. */
export const httpRoute = (
  rendering: Rendering,
  gateway: NonNullable<TenantClassSpec['gateway']>,
): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: childMeta(rendering, child.runtime, 'runtime'),
  spec: {
    hostnames: [rendering.spec.host],
    parentRefs: [
      {
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        name: gateway.name,
        namespace: gateway.namespace,
        ...(gateway.listenerName === undefined ? {} : { sectionName: gateway.listenerName }),
      },
    ],
    rules: [
      {
        backendRefs: [{ group: '', kind: 'Service', name: child.runtime, port: 80, weight: 1 }],
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      },
    ],
  },
})
