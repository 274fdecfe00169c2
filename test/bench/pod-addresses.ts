/** Addresses for more pods than one range has: the next one is claimed when the others are full. */
import { type PodNetwork } from '../cluster/process-kubelet/pod-network.ts'

/** Of a range of 256: not the network, not the machine, not the broadcast. */
const perRange = 253

export function podAddresses(claim: () => PodNetwork): PodNetwork {
  const ranges = [{ network: claim(), taken: new Set<string>() }]
  const cidr = ranges[0]!.network.cidr
  const withRoom = () => {
    const found = ranges.find(({ taken }) => taken.size < perRange)
    if (found !== undefined) return found
    const next = { network: claim(), taken: new Set<string>() }
    ranges.push(next)
    return next
  }
  return {
    cidr,
    take: () => {
      const { network, taken } = withRoom()
      const address = network.take()
      taken.add(address)
      return address
    },
    giveBack: (address) => {
      for (const { network, taken } of ranges) if (taken.delete(address)) network.giveBack(address)
    },
    release: () => {
      for (const { network } of ranges.splice(0)) network.release()
    },
  }
}
