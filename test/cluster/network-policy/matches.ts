import { selects } from './selects.ts'
import { type Namespace, type Peer, type Pod, type PolicyPort } from './types.ts'

/** IPv4 and IPv6 are told apart by the nft expression that matches them. */
export type Family = 'ip' | 'ip6'

export const familyOf = (address: string): Family => (address.includes(':') ? 'ip6' : 'ip')

/** Pods that have an address of their own and still use it: a finished pod's address may be another's already. */
export const isOnNetwork = (pod: Pod) =>
  pod.spec.hostNetwork !== true && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'

export const addressesOf = (pod: Pod) => (pod.status?.podIPs ?? []).map(({ ip }) => ip)

/** The pods that a peer names, seen from the policy's own namespace. */
export function podsOfPeer(
  peer: Peer,
  ownNamespace: string,
  pods: readonly Pod[],
  namespaces: readonly Namespace[],
): Pod[] {
  const { podSelector, namespaceSelector } = peer
  if (podSelector === undefined && namespaceSelector === undefined) return []
  const chosen = new Set(
    namespaceSelector === undefined
      ? [ownNamespace]
      : namespaces
          .filter(({ metadata }) => selects(namespaceSelector, metadata.labels))
          .map(({ metadata }) => metadata.name),
  )
  return pods.filter(
    ({ metadata }) => chosen.has(metadata.namespace) && selects(podSelector ?? {}, metadata.labels),
  )
}

const protocolOf = (protocol: string | undefined) => (protocol ?? 'TCP').toLowerCase()

/** A port given by number, by range, or not at all; undefined when it is given by name. */
export function numberedPort({ protocol, port, endPort }: PolicyPort): string | undefined {
  const name = protocolOf(protocol)
  if (port === undefined) return `meta l4proto ${name}`
  if (typeof port === 'string') return undefined
  return `${name} dport ${endPort === undefined || endPort === port ? port : `${port}-${endPort}`}`
}

/** The number that a pod gives to a named port; a pod without that name is not matched. */
export function namedPort(pod: Pod, { protocol, port }: PolicyPort): string[] {
  const wanted = protocolOf(protocol)
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
    .flatMap(({ ports = [] }) => ports)
    .filter((given) => given.name === port && protocolOf(given.protocol) === wanted)
    .map(({ containerPort }) => `${wanted} dport ${containerPort}`)
}
