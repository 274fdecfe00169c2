import { child } from '../../../api/v1alpha1/names.ts'
import { type TenantClassSpec } from '../../../api/v1alpha1/tenant-class.ts'
import { type TenantSpec } from '../../../api/v1alpha1/tenant.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Rendering } from '../rendering.ts'
import { childMeta } from './meta.ts'

/** The tenant's host on the class's Ingress controller; with a certificate of its own where the tenant asks. */
export function ingress(
  rendering: Rendering,
  { className, annotations }: NonNullable<TenantClassSpec['ingress']>,
): KubeObject {
  const { spec } = rendering
  const meta = childMeta(rendering, child.runtime, 'runtime')
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...meta,
      annotations: { ...annotations, ...certificateRequest(spec.tls), ...meta.annotations },
    },
    spec: {
      ingressClassName: className,
      rules: [
        {
          host: spec.host,
          http: {
            paths: [
              {
                backend: { service: { name: child.runtime, port: { name: 'http' } } },
                path: '/',
                pathType: 'Prefix',
              },
            ],
          },
        },
      ],
      tls: [{ hosts: [spec.host], ...(spec.tls === undefined ? {} : { secretName: 'tls' }) }],
    },
  }
}

/** What cert-manager reads on an Ingress. */
function certificateRequest(tls: TenantSpec['tls']): Record<string, string> {
  if (tls === undefined) return {}
  const { kind, name, group } = tls.issuerRef
  if (kind === 'ClusterIssuer' && group === 'cert-manager.io')
    return { 'cert-manager.io/cluster-issuer': name }
  return {
    'cert-manager.io/issuer': name,
    'cert-manager.io/issuer-kind': kind,
    'cert-manager.io/issuer-group': group,
  }
}
