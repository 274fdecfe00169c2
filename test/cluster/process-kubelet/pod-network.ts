/**
 * Addresses for pods that are processes: a range of 254 that this machine takes for its own, claimed by making its
 * route. The kernel refuses a route that is there already, so no two kubelets ever share one.
 */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { leash } from '../leash.ts'

export interface PodNetwork {
  cidr: string
  /** A free address; given again only after all others were. */
  take(): string
  giveBack(address: string): void
  release(): void
}

const ip = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' })

export function claimPodNetwork(): PodNetwork {
  const start = randomInt(256)
  for (let tried = 0; tried < 256; tried++) {
    const prefix = `10.98.${(start + tried) % 256}`
    const cidr = `${prefix}.0/24`
    const made = ip('route', 'add', 'local', cidr, 'dev', 'lo')
    if (made.status === 0) {
      const undo = `ip route del local ${cidr} dev lo`
      leash.undo(undo)
      return addresses(prefix, cidr, () => {
        ip('route', 'del', 'local', cidr, 'dev', 'lo')
        leash.forget(undo)
      })
    }
    if (!made.stderr.includes('File exists'))
      throw new Error(
        `Pods need addresses of this machine, and making them was refused (${made.stderr.trim()}). Run as root, or in a network of your own: unshare --user --map-current-user --keep-caps --net sh -c 'ip link set lo up && npm test'.`,
        { cause: made.error },
      )
  }
  throw new Error('All 256 ranges of 10.98.0.0/16 are taken: end the clusters that you do not need.')
}

function addresses(prefix: string, cidr: string, release: () => void): PodNetwork {
  const taken = new Set<number>()
  let last = 1
  return {
    cidr,
    take: () => {
      for (let tried = 0; tried < 253; tried++) {
        last = last >= 254 ? 2 : last + 1
        if (taken.has(last)) continue
        taken.add(last)
        return `${prefix}.${last}`
      }
      throw new Error('All 253 pod addresses of this node are taken.')
    },
    giveBack: (address) => void taken.delete(Number(address.split('.')[3])),
    release,
  }
}
