import { annotation, sweepPolicyName } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { toStore } from '../../backup/children/network-policy.ts'
import { toNames } from '../../tenant/children/network-policy.ts'
import { type SweepRendering } from '../rendering.ts'
import { classDigest, sweepLabels, sweepSelector } from './job.ts'

/** The Jobs that sweep a class's store: out to the store and DNS, and nobody in. */
export const sweepPolicy = ({
  className,
  class: tenantClass,
  operator,
}: Pick<SweepRendering, 'className' | 'class' | 'operator'>): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {
    name: sweepPolicyName(classDigest(className)),
    namespace: operator.namespace,
    labels: sweepLabels(className),
    annotations: { [annotation.className]: className },
  },
  spec: {
    podSelector: { matchLabels: sweepSelector(className) },
    policyTypes: ['Ingress', 'Egress'],
    egress: [...toNames(tenantClass), ...toStore(tenantClass)],
  },
})
