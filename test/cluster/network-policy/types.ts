/** The parts of Kubernetes objects that decide what a NetworkPolicy lets through. */

export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: readonly {
    key: string
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
    values?: readonly string[]
  }[]
}

interface Metadata {
  name: string
  namespace?: string
  labels?: Record<string, string>
}

export interface Namespace {
  metadata: Metadata
}

export interface Pod {
  metadata: Metadata & { namespace: string }
  spec: {
    hostNetwork?: boolean
    containers: readonly {
      ports?: readonly { name?: string; containerPort: number; protocol?: string }[]
    }[]
    initContainers?: Pod['spec']['containers']
  }
  status?: { phase?: string; podIPs?: readonly { ip: string }[] }
}

export interface Peer {
  podSelector?: LabelSelector
  namespaceSelector?: LabelSelector
  ipBlock?: { cidr: string; except?: readonly string[] }
}

export interface PolicyPort {
  protocol?: string
  port?: number | string
  endPort?: number
}

export interface NetworkPolicy {
  metadata: Metadata & { namespace: string }
  spec: {
    podSelector?: LabelSelector
    policyTypes?: readonly string[]
    ingress?: readonly { from?: readonly Peer[]; ports?: readonly PolicyPort[] }[]
    egress?: readonly { to?: readonly Peer[]; ports?: readonly PolicyPort[] }[]
  }
}
