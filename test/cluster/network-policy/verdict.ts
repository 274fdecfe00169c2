/**
 * Reads a rendered table as the kernel would, so that a test can ask who reaches whom without root. It knows the
 * expressions that `render` writes and fails on any other.
 */
export interface Packet {
  from: string
  to: string
  protocol?: 'tcp' | 'udp' | 'sctp'
  port?: number
  /** To the node itself: no pod receives it. */
  toNode?: boolean
}

const toNumber = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

const within = (ip: string, range: string) => {
  const [network = '', bits] = range.split('/')
  const size = 2 ** (32 - Number(bits ?? 32))
  return Math.floor(toNumber(ip) / size) === Math.floor(toNumber(network) / size)
}

const matchers: [RegExp, (packet: Packet, match: RegExpExecArray) => boolean][] = [
  [
    /^ip (saddr|daddr) (!= )?(?:\{ ([^}]*) \}|(\S+))/,
    (packet, [, side, not, set, one]) => {
      const ip = side === 'saddr' ? packet.from : packet.to
      const ranges = set === undefined ? [one!] : set.split(', ')
      return ranges.some((range) => within(ip, range)) === (not === undefined)
    },
  ],
  [
    /^(tcp|udp|sctp) dport (\d+)(?:-(\d+))?/,
    ({ protocol = 'tcp', port = 0 }, [, wanted, first, last]) =>
      protocol === wanted && port >= Number(first) && port <= Number(last ?? first),
  ],
  [/^meta l4proto (\w+)/, ({ protocol = 'tcp' }, [, wanted]) => protocol === wanted],
  // A new connection: never a reply.
  [/^ct state established,related/, () => false],
  [/^ip6 (saddr|daddr) \S+/, () => false],
  [/^counter/, () => true],
]

const chainsOf = (text: string): Map<string, string[]> => {
  const chains = new Map<string, string[]>()
  let current: string[] = []
  for (const line of text.split('\n').map((each) => each.trim())) {
    const name = /^chain (\S+) \{$/.exec(line)?.[1]
    if (name !== undefined) chains.set(name, (current = []))
    else if (line !== '' && !/^(#|\}|type |table |delete )/.test(line)) current.push(line)
  }
  return chains
}

function run(chains: Map<string, string[]>, chain: string, packet: Packet): 'drop' | 'return' | 'accept' {
  rules: for (const rule of chains.get(chain)!) {
    const map = /^ip (saddr|daddr) vmap \{ (.*) \}$/.exec(rule)
    if (map !== null) {
      const ip = map[1] === 'saddr' ? packet.from : packet.to
      const target = map[2]!.split(', ').find((entry) => entry.startsWith(`${ip} : jump `))
      if (target === undefined) continue
      const verdict = run(chains, target.replace(/^.* jump /, ''), packet)
      if (verdict === 'return') continue
      return verdict
    }
    let rest = rule
    while (!/^(drop|return|accept)$/.test(rest)) {
      const found = matchers.find(([pattern]) => pattern.test(rest))
      if (found === undefined) throw new Error(`Not understood: ${rule}`)
      const match = found[0].exec(rest)!
      if (!found[1](packet, match)) continue rules
      rest = rest.slice(match[0].length).trim()
    }
    return rest as 'drop' | 'return' | 'accept'
  }
  return 'return'
}

/** Whether the first packet of a connection passes. */
export const passes = (table: string, packet: Packet): boolean =>
  run(chainsOf(table), packet.toNode === true ? 'input' : 'forward', packet) !== 'drop'
