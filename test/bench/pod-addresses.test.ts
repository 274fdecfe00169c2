import { describe, expect, it } from 'vitest'
import { type PodNetwork } from '../cluster/process-kubelet/pod-network.ts'
import { podAddresses } from './pod-addresses.ts'

/** Ranges that belong to nobody: 10.98.0.0/24, 10.98.1.0/24 and so on. */
function ranges() {
  const held: string[] = []
  const back: string[] = []
  const claim = (): PodNetwork => {
    const prefix = `10.98.${held.length}`
    const cidr = `${prefix}.0/24`
    held.push(cidr)
    let last = 1
    return {
      cidr,
      take: () => `${prefix}.${++last}`,
      giveBack: (address) => void back.push(address),
      release: () => void held.splice(held.indexOf(cidr), 1),
    }
  }
  return { held, back, claim }
}

describe('podAddresses', () => {
  it('claims the next range when the others are full, and not before', () => {
    const { held, claim } = ranges()
    const addresses = podAddresses(claim)
    const taken = Array.from({ length: 253 }, () => addresses.take())
    expect(held).toEqual(['10.98.0.0/24'])
    taken.push(addresses.take())
    expect(held).toEqual(['10.98.0.0/24', '10.98.1.0/24'])
    expect(new Set(taken).size).toBe(254)
  })

  it('gives an address back to its own range, and uses the room', () => {
    const { held, back, claim } = ranges()
    const addresses = podAddresses(claim)
    for (let i = 0; i < 2 * 253; i++) addresses.take()
    addresses.giveBack('10.98.0.9')
    expect(back).toEqual(['10.98.0.9'])
    addresses.take()
    expect(held).toHaveLength(2)
  })

  it('releases every range', () => {
    const { held, claim } = ranges()
    const addresses = podAddresses(claim)
    for (let i = 0; i < 300; i++) addresses.take()
    addresses.release()
    expect(held).toEqual([])
  })
})
