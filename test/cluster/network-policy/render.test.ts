import { describe, expect, it } from 'vitest'
import { is, namespace, pod, policy } from './fixtures.ts'
import { render } from './render.ts'
import { type NetworkPolicy } from './types.ts'
import { type Packet, passes } from './verdict.ts'

const a = '10.0.0.1'
const b = '10.0.0.2'
const c = '10.0.1.1'
const outside = '192.0.2.7'
const node = '10.99.0.2'

const namespaces = [namespace('x', { team: 'one' }), namespace('y', { team: 'two' })]
const ports = [
  { name: 'web', containerPort: 8080 },
  { name: 'dns', containerPort: 53, protocol: 'UDP' },
]
const pods = [
  pod('x', 'a', a, { ports }),
  pod('x', 'b', b, { ports: [{ name: 'web', containerPort: 9090 }] }),
  pod('y', 'c', c, { ports: [{ name: 'web', containerPort: 7070 }] }),
  pod('y', 'host', node, { hostNetwork: true }),
  pod('x', 'done', '10.0.0.9', { phase: 'Succeeded' }),
  pod('x', 'waiting', ''),
]

type Spec = NetworkPolicy['spec']
const ingress = (rules: Spec['ingress']): Spec => ({ podSelector: is('pod', 'a'), ingress: rules ?? [] })
const egress = (rules: Spec['egress']): Spec => ({
  podSelector: is('pod', 'a'),
  policyTypes: ['Egress'],
  egress: rules ?? [],
})

interface Row {
  specs: Spec[]
  packet: Packet
  passes: boolean
  because: string
}

const rows: Row[] = [
  // Isolation
  { specs: [], packet: { from: c, to: a }, passes: true, because: 'without a policy nobody is isolated' },
  { specs: [ingress([])], packet: { from: b, to: a }, passes: false, because: 'no rule lets nobody in' },
  {
    specs: [ingress([])],
    packet: { from: a, to: b },
    passes: true,
    because: 'a policy without egress rules isolates for ingress only',
  },
  { specs: [ingress([])], packet: { from: c, to: b }, passes: true, because: 'another pod is not selected' },
  {
    specs: [ingress([])],
    packet: { from: a, to: a },
    passes: true,
    because: 'nobody is cut off from himself',
  },
  {
    specs: [{ podSelector: {}, policyTypes: ['Ingress'] }],
    packet: { from: c, to: b },
    passes: false,
    because: 'an empty pod selector selects every pod of the namespace',
  },
  {
    specs: [{ podSelector: {}, policyTypes: ['Ingress'] }],
    packet: { from: a, to: c },
    passes: true,
    because: 'and none of another',
  },
  {
    specs: [{ podSelector: {}, egress: [{ to: [{ podSelector: {} }] }] }],
    packet: { from: b, to: c },
    passes: false,
    because: 'types left out: egress rules isolate for egress',
  },
  {
    specs: [{ podSelector: {}, egress: [{}] }],
    packet: { from: c, to: a },
    passes: false,
    because: 'types left out: ingress is isolated always',
  },
  {
    specs: [{ ...ingress([]), policyTypes: ['Egress'] }],
    packet: { from: b, to: a },
    passes: true,
    because: 'types given: ingress rules alone isolate nothing',
  },
  {
    specs: [ingress([{}])],
    packet: { from: outside, to: a },
    passes: true,
    because: 'an empty rule lets everybody in',
  },
  {
    specs: [ingress([]), ingress([{}])],
    packet: { from: b, to: a },
    passes: true,
    because: 'policies add up',
  },
  // Peers
  {
    specs: [ingress([{ from: [{ podSelector: is('pod', 'b') }] }])],
    packet: { from: b, to: a },
    passes: true,
    because: 'a pod selector alone means the own namespace',
  },
  {
    specs: [ingress([{ from: [{ podSelector: {} }] }])],
    packet: { from: c, to: a },
    passes: false,
    because: 'and no pod of another',
  },
  {
    specs: [ingress([{ from: [{ namespaceSelector: is('team', 'two') }] }])],
    packet: { from: c, to: a },
    passes: true,
    because: 'a namespace selector alone means all its pods',
  },
  {
    specs: [ingress([{ from: [{ namespaceSelector: is('team', 'two') }] }])],
    packet: { from: b, to: a },
    passes: false,
    because: 'the own namespace is not meant by another selector',
  },
  {
    specs: [ingress([{ from: [{ namespaceSelector: is('team', 'two'), podSelector: is('pod', 'b') }] }])],
    packet: { from: c, to: a },
    passes: false,
    because: 'both selectors of one peer must match',
  },
  {
    specs: [ingress([{ from: [{ namespaceSelector: is('team', 'two') }, { podSelector: is('pod', 'b') }] }])],
    packet: { from: b, to: a },
    passes: true,
    because: 'peers of a list add up',
  },
  {
    specs: [ingress([{ from: [{ namespaceSelector: {} }] }])],
    packet: { from: outside, to: a },
    passes: false,
    because: 'every namespace is still not the outside',
  },
  {
    specs: [ingress([{ from: [{ namespaceSelector: {} }] }])],
    packet: { from: node, to: a },
    passes: false,
    because: "a pod on the node's network is no peer by selector",
  },
  {
    specs: [ingress([{ from: [{ podSelector: {} }] }])],
    packet: { from: '10.0.0.9', to: a },
    passes: false,
    because: "the address of a finished pod may be another's",
  },
  {
    specs: [
      ingress([
        { from: [{ podSelector: { matchExpressions: [{ key: 'pod', operator: 'NotIn', values: ['c'] }] } }] },
      ]),
    ],
    packet: { from: b, to: a },
    passes: true,
    because: 'expressions select too',
  },
  // Ranges
  {
    specs: [ingress([{ from: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }])],
    packet: { from: outside, to: a },
    passes: true,
    because: 'an address in the range',
  },
  {
    specs: [ingress([{ from: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.0/29'] } }] }])],
    packet: { from: outside, to: a },
    passes: false,
    because: 'an address in the exception',
  },
  {
    specs: [
      ingress([{ from: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.0/30', '192.0.2.2/31'] } }] }]),
    ],
    packet: { from: outside, to: a },
    passes: true,
    because: 'overlapping exceptions that leave it out',
  },
  {
    specs: [
      ingress([
        {
          from: [
            { ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.0/29'] } },
            { ipBlock: { cidr: '192.0.2.7/32' } },
          ],
        },
      ]),
    ],
    packet: { from: outside, to: a },
    passes: true,
    because: 'an exception binds its own range only',
  },
  {
    specs: [ingress([{ from: [{ ipBlock: { cidr: '2001:db8::/32' } }] }])],
    packet: { from: outside, to: a },
    passes: false,
    because: 'a range of the other family lets no one of this in',
  },
  // Ports
  {
    specs: [ingress([{ ports: [{ port: 8080 }] }])],
    packet: { from: b, to: a, port: 8080 },
    passes: true,
    because: 'the protocol is TCP unless told',
  },
  {
    specs: [ingress([{ ports: [{ port: 8080 }] }])],
    packet: { from: b, to: a, port: 8080, protocol: 'udp' },
    passes: false,
    because: 'and no other then',
  },
  {
    specs: [ingress([{ ports: [{ port: 8080 }] }])],
    packet: { from: b, to: a, port: 8081 },
    passes: false,
    because: 'another port',
  },
  {
    specs: [ingress([{ ports: [{ port: 8000, endPort: 8080 }] }])],
    packet: { from: b, to: a, port: 8080 },
    passes: true,
    because: 'a range includes its end',
  },
  {
    specs: [ingress([{ ports: [{ port: 8000, endPort: 8080 }] }])],
    packet: { from: b, to: a, port: 8081 },
    passes: false,
    because: 'and ends there',
  },
  {
    specs: [ingress([{ ports: [{ protocol: 'UDP' }] }])],
    packet: { from: b, to: a, port: 4, protocol: 'udp' },
    passes: true,
    because: 'a protocol without a port is all its ports',
  },
  {
    specs: [ingress([{ ports: [{ protocol: 'SCTP', port: 5 }] }])],
    packet: { from: b, to: a, port: 5, protocol: 'sctp' },
    passes: true,
    because: 'SCTP is a protocol too',
  },
  {
    specs: [ingress([{ ports: [{ port: 'web' }] }])],
    packet: { from: b, to: a, port: 8080 },
    passes: true,
    because: 'a name is looked up on the selected pod',
  },
  {
    specs: [ingress([{ ports: [{ port: 'web' }] }])],
    packet: { from: b, to: a, port: 9090 },
    passes: false,
    because: 'and not on the peer',
  },
  {
    specs: [ingress([{ ports: [{ port: 'dns' }] }])],
    packet: { from: b, to: a, port: 53 },
    passes: false,
    because: 'a name of another protocol is another port',
  },
  {
    specs: [ingress([{ ports: [{ port: 'none' }] }])],
    packet: { from: b, to: a, port: 8080 },
    passes: false,
    because: 'a name that the pod does not have matches nothing',
  },
  {
    specs: [ingress([{ from: [{ podSelector: is('pod', 'b') }], ports: [{ port: 8080 }] }])],
    packet: { from: c, to: a, port: 8080 },
    passes: false,
    because: 'peers and ports must both match',
  },
  {
    specs: [
      ingress([
        { from: [{ podSelector: is('pod', 'b') }], ports: [{ port: 1 }] },
        { from: [{ namespaceSelector: {} }], ports: [{ port: 2 }] },
      ]),
    ],
    packet: { from: c, to: a, port: 1 },
    passes: false,
    because: 'a port of one rule is no port of the next',
  },
  // Out
  { specs: [egress([])], packet: { from: a, to: b }, passes: false, because: 'no rule lets nothing out' },
  {
    specs: [egress([])],
    packet: { from: a, to: node, toNode: true },
    passes: false,
    because: 'not to the node either',
  },
  {
    specs: [egress([])],
    packet: { from: b, to: node, toNode: true },
    passes: true,
    because: 'a pod that is not selected may',
  },
  {
    specs: [egress([])],
    packet: { from: b, to: a },
    passes: true,
    because: 'a policy on traffic out leaves traffic in alone',
  },
  {
    specs: [
      egress([{ to: [{ ipBlock: { cidr: '10.99.0.2/32' } }], ports: [{ port: 53, protocol: 'UDP' }] }]),
    ],
    packet: { from: a, to: node, toNode: true, port: 53, protocol: 'udp' },
    passes: true,
    because: 'a range may hold the node',
  },
  {
    specs: [egress([{ to: [{ namespaceSelector: is('team', 'two') }], ports: [{ port: 'web' }] }])],
    packet: { from: a, to: c, port: 7070 },
    passes: true,
    because: 'a name is looked up on the peer',
  },
  {
    specs: [egress([{ to: [{ namespaceSelector: is('team', 'two') }], ports: [{ port: 'web' }] }])],
    packet: { from: a, to: c, port: 8080 },
    passes: false,
    because: 'and not on the selected pod',
  },
  {
    specs: [egress([{ ports: [{ port: 'web' }] }])],
    packet: { from: a, to: b, port: 9090 },
    passes: true,
    because: 'a name without peers is looked up on every pod',
  },
  {
    specs: [egress([{ ports: [{ port: 443 }] }])],
    packet: { from: a, to: outside, port: 443 },
    passes: true,
    because: 'a port without peers is that port everywhere',
  },
  {
    specs: [egress([{}]), { podSelector: is('pod', 'b'), ingress: [] }],
    packet: { from: a, to: b },
    passes: false,
    because: 'what may leave must still be let in',
  },
]

const table = (specs: Spec[]) =>
  render(
    specs.map((spec, index) => policy('x', spec, `policy-${index}`)),
    pods,
    namespaces,
  )

describe('render', () => {
  it.each(rows)('$because', ({ specs, packet, passes: expected }) => {
    expect(passes(table(specs), packet)).toBe(expected)
  })

  it('gives the same text for the same cluster, in whatever order it was listed', () => {
    const specs = [ingress([{ from: [{ namespaceSelector: {} }] }]), egress([])]
    const policies = specs.map((spec) => policy('x', spec))
    expect(render(policies, pods.toReversed(), namespaces.toReversed())).toBe(
      render(policies, pods, namespaces),
    )
  })

  it('replaces its own table in one piece and names no other', () => {
    const text = table([ingress([])])
    expect(text).toMatch(
      /^table inet kiavi-network-policy\ndelete table inet kiavi-network-policy\ntable inet kiavi-network-policy \{/,
    )
    expect(text).not.toMatch(/flush|ruleset/)
  })

  it('lets replies pass before it looks at any pod', () => {
    const lines = table([ingress([])]).split('\n')
    for (const hook of ['forward', 'input']) {
      const at = lines.findIndex((line) => line.includes(`hook ${hook}`))
      expect(lines[at + 1]?.trim()).toBe('ct state established,related accept')
    }
  })
})
