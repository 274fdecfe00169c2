import { checkPrimeSync, createPrivateKey } from 'node:crypto'
import { type GeneratedKey } from '../../../operator/src/providers/keys/port.ts'
import { publicSigningKey } from '../../../operator/src/providers/keys/signing-key.ts'
import { type Random } from './random.ts'

/**
 * RSA keys that are the same again for the same chance. Each is a pair of primes out of a few: any two make a real
 * key with a thumbprint of its own, in a fraction of the time. Fit for a simulation and nothing else.
 */
export class RsaPool {
  readonly #primes: readonly bigint[]
  readonly #made = new Map<string, GeneratedKey>()

  constructor(random: Random, primes: number) {
    this.#primes = Array.from({ length: primes }, () => prime(random))
  }

  get size(): number {
    return (this.#primes.length * (this.#primes.length - 1)) / 2
  }

  /** The key of a number below `size`. */
  key(index: number): GeneratedKey {
    if (index >= this.size) throw new RangeError(`There are ${this.size} keys, and none of number ${index}.`)
    let [first, rest] = [0, index]
    while (rest >= this.#primes.length - 1 - first) {
      rest -= this.#primes.length - 1 - first
      first += 1
    }
    const second = first + 1 + rest
    const name = `${first} ${second}`
    const key = this.#made.get(name) ?? keyOf(this.#primes[first]!, this.#primes[second]!)
    this.#made.set(name, key)
    return key
  }
}

const bytes = 128
const wheel = smallPrimes(8000)

/** A prime of 1024 bits whose two highest are set, so that the product of two has 2048. */
function prime(random: Random): bigint {
  const drawn = random.bytes(bytes)
  drawn[0] = (drawn[0] ?? 0) | 0xc0
  drawn[bytes - 1] = (drawn[bytes - 1] ?? 0) | 1
  const start = BigInt(`0x${drawn.toString('hex')}`)
  const rests = wheel.map((small) => Number(start % BigInt(small)))
  for (let step = 0; ; step += 2) {
    if (wheel.some((small, at) => (rests[at]! + step) % small === 0)) continue
    const candidate = start + BigInt(step)
    // 65537 has to be coprime to p - 1.
    if (candidate % 65537n !== 1n && checkPrimeSync(candidate, { checks: 20 })) return candidate
  }
}

function smallPrimes(below: number): number[] {
  const found: number[] = []
  for (let number = 3; number < below; number += 2) {
    if (found.every((small) => small * small > number || number % small !== 0)) found.push(number)
  }
  return found
}

function keyOf(p: bigint, q: bigint): GeneratedKey {
  const e = 65537n
  const d = inverse(e, (p - 1n) * (q - 1n))
  const parts = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  const jwk = Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, base64url(value)]))
  const privateKey = createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' })
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { publicKey: publicSigningKey(privateKey), privatePem }
}

function inverse(of: bigint, modulo: bigint): bigint {
  let [r, nextR, t, nextT] = [modulo, of, 0n, 1n]
  while (nextR !== 0n) {
    const quotient = r / nextR
    ;[r, nextR] = [nextR, r - quotient * nextR]
    ;[t, nextT] = [nextT, t - quotient * nextT]
  }
  return ((t % modulo) + modulo) % modulo
}

function base64url(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
}
