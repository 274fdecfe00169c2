import { annotation, child } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { digest } from '../../canonical.ts'
import { type Rendering, replicasOf } from '../rendering.ts'
import { childMeta, podSelector, tenantLabels } from './meta.ts'
import { hardenedPod, spread } from './pod.ts'
import { documentFiles } from './tenant-document.ts'

const probe = (path: string, timing: object) => ({
  httpGet: { path, port: 'metrics', scheme: 'HTTP' },
  successThreshold: 1,
  timeoutSeconds: 2,
  ...timing,
})

/** The serving pods. A changed document rolls them; changed keys do not: they are read from files on demand. */
export function deployment(rendering: Rendering): KubeObject {
  const { tenantID, spec, class: tenantClass, servingImage } = rendering
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMeta(rendering, child.runtime, 'runtime'),
    spec: {
      progressDeadlineSeconds: 600,
      replicas: replicasOf(rendering),
      revisionHistoryLimit: 2,
      selector: { matchLabels: podSelector(tenantID, 'runtime') },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: {
          labels: tenantLabels(tenantID, 'runtime'),
          annotations: { [annotation.configDigest]: digest(documentFiles(rendering)) },
        },
        spec: {
          ...hardenedPod(rendering, 'runtime', {
            image: servingImage,
            resources: spec.runtime.resources ?? tenantClass.runtime.resources,
            secrets: [child.signingKeys, child.databaseApp],
            more: {
              ports: [
                { name: 'http', containerPort: 8080, protocol: 'TCP' },
                { name: 'metrics', containerPort: 9464, protocol: 'TCP' },
              ],
              startupProbe: probe('/livez', { periodSeconds: 1, failureThreshold: 60 }),
              livenessProbe: probe('/livez', { periodSeconds: 10, failureThreshold: 3 }),
              readinessProbe: probe('/readyz', { periodSeconds: 2, failureThreshold: 2 }),
            },
          }),
          restartPolicy: 'Always',
          // Longer than the runtime takes to drain: it accepts for a while, then finishes what it has.
          terminationGracePeriodSeconds: 40,
          topologySpreadConstraints: spread(tenantID, 'runtime'),
        },
      },
    },
  }
}
