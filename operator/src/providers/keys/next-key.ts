import { type KeyBits } from './port.ts'

export interface KeyDemand {
  /** Sizes that somebody waits for, in the order of asking. */
  waiting: readonly KeyBits[]
  /** Sizes being made. */
  underway: readonly KeyBits[]
  /** How many of the usual size lie ready. */
  ready: number
}

export interface KeySupply {
  usual: KeyBits
  poolSize: number
  workers: number
}

/** The size to start making now: first what is waited for and not yet being made, then the reserve. */
export function nextKey({ waiting, underway, ready }: KeyDemand, supply: KeySupply): KeyBits | undefined {
  if (underway.length >= supply.workers) return undefined
  const count = (sizes: readonly KeyBits[], bits: KeyBits) => sizes.filter((size) => size === bits).length
  const asked = waiting.find((bits) => count(waiting, bits) > count(underway, bits))
  if (asked !== undefined) return asked
  const spare = ready + count(underway, supply.usual) - count(waiting, supply.usual)
  return spare < supply.poolSize ? supply.usual : undefined
}
