import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { CachingVerifier } from './caching-verifier.ts'

const issuer = 'https://auth.acme.test'

interface Key {
  jwk: JWK
  sign: () => Promise<string>
}

async function newKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
    sign: () =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setExpirationTime('1h')
        .sign(privateKey),
  }
}

describe('CachingVerifier', () => {
  let first: Key
  let second: Key
  beforeAll(async () => {
    first = await newKey('first')
    second = await newKey('second')
  })

  function world(times: number) {
    const state = { now: 0, published: [first], fails: false }
    const verifier = new CachingVerifier({
      ...{ issuer, times },
      now: () => state.now,
      fetch: () =>
        state.fails
          ? Promise.reject(new Error('away'))
          : Promise.resolve(
              Response.json(
                { keys: state.published.map(({ jwk }) => jwk) },
                { headers: { 'cache-control': 'public, max-age=10' } },
              ),
            ),
    })
    return { state, verifier }
  }

  it.each([
    { times: 1, keptMs: 10_000 },
    { times: 2, keptMs: 20_000 },
  ])('knows no new key for $keptMs ms after it fetched', async ({ times, keptMs }) => {
    const { state, verifier } = world(times)
    await verifier.verify(await first.sign())
    state.published = [second]
    state.now = keptMs - 1
    await expect(verifier.verify(await second.sign())).rejects.toThrow(/no applicable key/)
    await verifier.verify(await first.sign())
    expect(verifier.fetches).toBe(1)
    state.now = keptMs
    await verifier.verify(await second.sign())
    await expect(verifier.verify(await first.sign())).rejects.toThrow(/no applicable key/)
    expect(verifier.fetches).toBe(2)
  })

  it('fetches once for all that wait', async () => {
    const { verifier } = world(1)
    const token = await first.sign()
    await Promise.all([verifier.verify(token), verifier.verify(token), verifier.verify(token)])
    expect(verifier.fetches).toBe(1)
  })

  it('keeps no failure', async () => {
    const { state, verifier } = world(1)
    state.fails = true
    await expect(verifier.verify(await first.sign())).rejects.toThrow('away')
    state.fails = false
    await verifier.verify(await first.sign())
  })
})
