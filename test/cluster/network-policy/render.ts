import {
  type Family,
  addressesOf,
  familyOf,
  isOnNetwork,
  namedPort,
  numberedPort,
  podsOfPeer,
} from './matches.ts'
import { selects } from './selects.ts'
import { type Namespace, type NetworkPolicy, type Peer, type Pod, type PolicyPort } from './types.ts'

/** The one nftables table of ours. */
export const table = 'kiavi-network-policy'

type Direction = 'ingress' | 'egress'

interface Rule {
  namespace: string
  /** Absent or empty: everyone. */
  peers: readonly Peer[]
  /** Absent or empty: every port of every protocol. */
  ports: readonly PolicyPort[]
}

const families: readonly Family[] = ['ip', 'ip6']

const isolates = ({ spec }: NetworkPolicy, direction: Direction) =>
  // Where the types are left out, every policy isolates for ingress, and one with egress rules for egress too.
  spec.policyTypes === undefined
    ? direction === 'ingress' || (spec.egress ?? []).length > 0
    : spec.policyTypes.includes(direction === 'ingress' ? 'Ingress' : 'Egress')

const rulesOf = ({ metadata, spec }: NetworkPolicy, direction: Direction): Rule[] =>
  direction === 'ingress'
    ? (spec.ingress ?? []).map(({ from = [], ports = [] }) => ({
        namespace: metadata.namespace,
        peers: from,
        ports,
      }))
    : (spec.egress ?? []).map(({ to = [], ports = [] }) => ({
        namespace: metadata.namespace,
        peers: to,
        ports,
      }))

const list = (values: Iterable<string>) => `{ ${[...new Set(values)].sort().join(', ')} }`

/** The lines of a pod's chain that let its peers through in one direction. */
function renderRule(
  rule: Rule,
  direction: Direction,
  pod: Pod,
  pods: readonly Pod[],
  namespaces: readonly Namespace[],
): string[] {
  const far = direction === 'ingress' ? 'saddr' : 'daddr'
  const lines: string[] = []
  const allow = (who: string, ports: readonly string[]) => {
    for (const port of ports) lines.push([who, port, 'return'].filter((part) => part !== '').join(' '))
  }
  const peerPods =
    rule.peers.length === 0
      ? pods
      : pods.filter((candidate) =>
          rule.peers.some((peer) => podsOfPeer(peer, rule.namespace, [candidate], namespaces).length > 0),
        )
  const everyone = rule.ports.length === 0
  const numbered = everyone ? [''] : rule.ports.map(numberedPort).filter((port) => port !== undefined)
  const named = rule.ports.filter(({ port }) => typeof port === 'string')
  // A name is looked up on the pod that is connected to: ours for ingress, the peer for egress.
  const ownNames = direction === 'ingress' ? named.flatMap((port) => namedPort(pod, port)) : []
  const ports = [...numbered, ...ownNames]

  if (rule.peers.length === 0) allow('', ports)
  else {
    const addresses = peerPods.flatMap(addressesOf)
    for (const family of families) {
      const known = addresses.filter((address) => familyOf(address) === family)
      if (known.length > 0) allow(`${family} ${far} ${list(known)}`, ports)
    }
    for (const { ipBlock } of rule.peers) {
      if (ipBlock === undefined) continue
      const family = familyOf(ipBlock.cidr)
      const outside = (ipBlock.except ?? []).map((range) => `${family} ${far} != ${range}`)
      allow([`${family} ${far} ${ipBlock.cidr}`, ...outside].join(' '), ports)
    }
  }
  if (direction === 'egress') {
    for (const peer of peerPods) {
      for (const address of addressesOf(peer)) {
        allow(
          `${familyOf(address)} daddr ${address}`,
          named.flatMap((port) => namedPort(peer, port)),
        )
      }
    }
  }
  return lines
}

const byName = (left: Pod, right: Pod) =>
  `${left.metadata.namespace}/${left.metadata.name}` < `${right.metadata.namespace}/${right.metadata.name}`
    ? -1
    : 1

/**
 * The nftables table that enforces the policies on the pods of this node; a pure function, so that the same cluster gives
 * the same text. Each isolated pod has a chain per direction that returns what is allowed and drops the rest. What the
 * node itself opens to its pods passes no hook of ours; what its pods open to the node does.
 */
export function render(
  policies: readonly NetworkPolicy[],
  allPods: readonly Pod[],
  namespaces: readonly Namespace[],
): string {
  const pods = allPods.filter((pod) => isOnNetwork(pod) && addressesOf(pod).length > 0).sort(byName)
  const chains: string[] = []
  const verdicts: Record<Direction, Record<Family, string[]>> = {
    ingress: { ip: [], ip6: [] },
    egress: { ip: [], ip6: [] },
  }
  for (const [index, pod] of pods.entries()) {
    const own = policies.filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.metadata.namespace && selects(spec.podSelector ?? {}, pod.metadata.labels),
    )
    for (const direction of ['egress', 'ingress'] as const) {
      const isolating = own.filter((policy) => isolates(policy, direction))
      if (isolating.length === 0) continue
      const chain = `${direction}-${index}`
      const addresses = addressesOf(pod)
      for (const address of addresses)
        verdicts[direction][familyOf(address)].push(`${address} : jump ${chain}`)
      const far = direction === 'ingress' ? 'saddr' : 'daddr'
      const lines = [
        // Nobody can cut a pod off from itself, also through its Service.
        ...addresses.map((address) => `${familyOf(address)} ${far} ${address} return`),
        ...isolating.flatMap((policy) =>
          rulesOf(policy, direction).flatMap((rule) => renderRule(rule, direction, pod, pods, namespaces)),
        ),
        'counter drop',
      ]
      chains.push(
        `  # ${pod.metadata.namespace}/${pod.metadata.name}`,
        `  chain ${chain} {`,
        ...[...new Set(lines)].map((line) => `    ${line}`),
        '  }',
      )
    }
  }
  const dispatch = (direction: Direction) =>
    families
      .filter((family) => verdicts[direction][family].length > 0)
      .map((family) => {
        const near = direction === 'ingress' ? 'daddr' : 'saddr'
        return `    ${family} ${near} vmap { ${verdicts[direction][family].join(', ')} }`
      })
  const replies = '    ct state established,related accept'
  return [
    // Adding before deleting makes the deletion succeed also the first time; nft applies the whole text at once.
    `table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    ...chains,
    '  chain forward {',
    '    type filter hook forward priority filter; policy accept;',
    replies,
    ...dispatch('egress'),
    ...dispatch('ingress'),
    '  }',
    '  chain input {',
    '    type filter hook input priority filter; policy accept;',
    replies,
    ...dispatch('egress'),
    '  }',
    '}',
    '',
  ].join('\n')
}
