import { describe, expect, it } from 'vitest'
import { type KeySet } from '../../../runtime/src/keys/key-set.ts'
import { Histories } from './key-history.ts'
import { type RuntimePod } from './runtime-pod.ts'
import { type Clash, ServiceRecord } from './service-record.ts'

const second = 1000

/** A pod that signs with the first of the keys that it shows, for tokens of 60 s and a max-age of 10 s. */
const pod = (name: string, ...kids: string[]) =>
  ({
    name,
    state: 'serving',
    birth: { accessTokenSeconds: 60 },
    keySet: {
      version: 1,
      activeKid: kids[0],
      jwks: {
        body: Buffer.from(JSON.stringify({ keys: kids.map((kid) => ({ kid })) })),
        cacheControl: 'public, max-age=10',
      },
    } as KeySet,
  }) as unknown as RuntimePod

function record(verifierCacheSeconds = 0) {
  const clashes: Clash[] = []
  const histories = new Histories()
  const made = new ServiceRecord(histories, (clash) => clashes.push(clash))
  made.holdFor(verifierCacheSeconds, [], 0)
  return { made, histories, clashes }
}

describe('ServiceRecord', () => {
  it('lets a key sign that every JWKS shows which anybody may hold', () => {
    const { made, clashes } = record()
    made.serves(pod('a', 'old'), 0)
    made.serves(pod('a', 'old', 'new'), 100 * second)
    made.serves(pod('a', 'new', 'old'), 126 * second)
    made.serves(pod('a', 'new'), 300 * second)
    expect(clashes).toEqual([])
    expect(made.pairs).toBeGreaterThan(0)
  })

  it.each([
    { at: 124, clash: true, because: 'what was fetched 24 s ago is held for 20 s, and 5 s were under way' },
    { at: 126, clash: false, because: 'twice the max-age has passed' },
  ])('knows for how long a JWKS is held: $because', ({ at, clash }) => {
    const { made, clashes } = record()
    made.serves(pod('a', 'old'), 0)
    made.serves(pod('a', 'old', 'new'), 100 * second)
    made.serves(pod('a', 'new', 'old'), at * second)
    expect(clashes.map(({ kid }) => kid)).toEqual(clash ? ['new'] : [])
  })

  it('holds what verifiers of the tenant hold for longer', () => {
    const { made, clashes } = record(3600)
    made.serves(pod('a', 'old'), 0)
    made.serves(pod('a', 'old', 'new'), 100 * second)
    made.serves(pod('a', 'new', 'old'), 3700 * second)
    expect(clashes).toHaveLength(1)
  })

  it.each([
    {
      at: 179,
      clash: true,
      because: 'a token of the last moment lives for 60 s, and a clock is late by 20 s',
    },
    { at: 181, clash: false, because: 'no token is left' },
  ])('knows for how long a token is good: $because', ({ at, clash }) => {
    const { made, clashes } = record()
    made.serves(pod('a', 'old', 'new'), 0)
    made.serves(pod('a', 'new', 'old'), 100 * second)
    made.serves(pod('a', 'new'), at * second)
    expect(clashes.map(({ kid }) => kid)).toEqual(clash ? ['old'] : [])
  })

  it('judges the JWKS of one pod by the tokens of another', () => {
    const { made, clashes } = record()
    made.serves(pod('a', 'old'), 0)
    made.serves(pod('b', 'new', 'old'), second)
    expect(clashes.map(({ kid, excuse }) => ({ kid, excuse }))).toEqual([{ kid: 'new', excuse: undefined }])
  })

  it('counts apart what a revoke could not help', () => {
    const { made, histories, clashes } = record()
    const history = {
      phase: 'Active',
      firstVersion: 2,
      publishedAt: 0,
      revokedAt: undefined,
      unaged: true,
    } as const
    histories.keys.set('new', { kid: 'new', ...history })
    made.serves(pod('a', 'old'), 0)
    made.serves(pod('a', 'new'), second)
    histories.keys.set('old', { kid: 'old', ...history, revokedAt: second })
    made.serves(pod('b', 'new'), 2 * second)
    expect(clashes.map(({ kid, excuse }) => `${kid} ${excuse}`)).toContain('new unaged')
    expect(made.excuse({ keySet: { version: 9 } as KeySet }, 'old')).toBe('revoked')
    expect(made.excuse({ keySet: { version: 9 } as KeySet }, 'new')).toBe(undefined)
  })
})
