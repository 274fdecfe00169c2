import { type LabelSelector, type Namespace, type NetworkPolicy, type Pod } from './types.ts'

type Ports = Pod['spec']['containers'][number]['ports']

/** `x/a` at 10.0.0.1, labelled pod=a. */
export const pod = (
  namespace: string,
  name: string,
  ip: string,
  more: { ports?: Ports; hostNetwork?: boolean; phase?: string; labels?: Record<string, string> } = {},
): Pod => ({
  metadata: { namespace, name, labels: { pod: name, ...more.labels } },
  spec: {
    hostNetwork: more.hostNetwork ?? false,
    containers: [more.ports === undefined ? {} : { ports: more.ports }],
  },
  status: { phase: more.phase ?? 'Running', podIPs: ip === '' ? [] : [{ ip }] },
})

export const namespace = (name: string, labels: Record<string, string> = {}): Namespace => ({
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
})

export const policy = (own: string, spec: NetworkPolicy['spec'], name = 'policy'): NetworkPolicy => ({
  metadata: { namespace: own, name },
  spec,
})

export const is = (key: string, value: string): LabelSelector => ({ matchLabels: { [key]: value } })
