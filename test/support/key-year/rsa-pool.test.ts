import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { checkKey } from '../../../operator/src/providers/keys/check-key.ts'
import { Random } from './random.ts'
import { RsaPool } from './rsa-pool.ts'

describe('RsaPool', () => {
  const pool = new RsaPool(new Random('pool'), 4)

  it('makes one key of each pair of primes', () => {
    const kids = Array.from({ length: pool.size }, (_, index) => pool.key(index).publicKey.kid)
    expect(new Set(kids).size).toBe(6)
    expect(() => pool.key(6)).toThrow('none of number 6')
  })

  it('makes real keys of 2048 bits, which the shipped check takes for what their kid says', () => {
    const { publicKey, privatePem } = pool.key(3)
    checkKey(publicKey, privatePem)
    const key = createPrivateKey(privatePem)
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048)
    const signature = sign('sha256', Buffer.from('text'), key)
    const verifier = createPublicKey({ key: { ...publicKey }, format: 'jwk' })
    expect(verify('sha256', Buffer.from('text'), verifier, signature)).toBe(true)
  })

  it('makes the same keys again for the same chance', () => {
    expect(new RsaPool(new Random('pool'), 4).key(5)).toEqual(pool.key(5))
  })
})
