import { describe, expect, it } from 'vitest'
import { type KeyLedger, publishedKids } from '../../../../../operator/src/controllers/tenant/keys/ledger.ts'
import { addKey, turnLedger } from '../../../../../operator/src/controllers/tenant/keys/turn.ts'
import { A, B, C, after, key, kid, ledger, publicHalf, start, terms } from './examples.ts'

const now = after(5000)
const when = { terms, now, rotation: undefined }
const at = now.toISOString()
const rested = ledger(key(A, 'Active'), key(B, 'Published'))
const of = ({ keys }: KeyLedger, name: string) => keys.find((each) => each.kid === name)

describe('addKey', () => {
  it('lets the first sign at once, and every other stand by', () => {
    const first = addKey(undefined, publicHalf(A), { ...when, now: start })
    expect(first).toEqual({ version: 1, keys: [key(A, 'Active')], cacheSeconds: 600 })
    expect(addKey(first, publicHalf(B), when)).toEqual({
      ...first,
      version: 2,
      keys: [key(A, 'Active'), key(B, 'Generated', { since: at })],
    })
  })
  it('has the rotation behind it that was asked for before there was a key', () => {
    expect(addKey(undefined, publicHalf(A), { ...when, rotation: 'first' })).toMatchObject({
      rotation: 'first',
    })
    expect(addKey(rested, publicHalf(C), { ...when, rotation: 'second' })).not.toHaveProperty('rotation')
  })
  it('waits as long as caches lasted before, whatever a clock says', () => {
    const before = { ...rested, longerCache: { seconds: 7200, kids: [A, B] } }
    for (const now of [when.now, after(10 ** 8)])
      expect(of(addKey(before, publicHalf(C), { ...when, now }), C)).toMatchObject({ cacheSeconds: 7200 })
  })
})

describe('turnLedger', () => {
  it('activates one key and retires the other in one write, and notes the request', () => {
    const turned = turnLedger(rested, { turn: 'activate', kid: B, rotation: 'n1' }, when)
    expect(turned).toEqual({
      version: 4,
      rotation: 'n1',
      cacheSeconds: 600,
      keys: [key(A, 'Retiring', { since: at }), key(B, 'Active', { since: at })],
    })
    expect(publishedKids(turned)).toEqual([B, A])
  })
  it('takes over the longest token life: a pod with an older document may go on with it', () => {
    const before = ledger(key(A, 'Active', { tokenSeconds: 3600 }), key(B, 'Published'))
    for (const turn of ['activate', 'revoke'] as const) {
      const kid = turn === 'activate' ? B : A
      const turned = turnLedger(before, { turn, kid, endSessions: false }, when)
      expect(of(turned, B)).toMatchObject({ phase: 'Active', tokenSeconds: 3600 })
    }
  })
  it.each([
    { kids: [A, B], forgotten: false, because: 'the key was there already, pods with the longer one may be' },
    {
      kids: [A],
      forgotten: true,
      because: 'it came afterwards, and every pod and verifier has waited with it',
    },
  ])('remembers a longer cache until it is outlived: $because', ({ kids, forgotten }) => {
    const before = { ...rested, longerCache: { seconds: 7200, kids } }
    const turned = turnLedger(before, { turn: 'activate', kid: B }, when)
    expect(turned.longerCache).toEqual(forgotten ? undefined : { seconds: 7200, kids })
    const revoked = turnLedger(before, { turn: 'revoke', kid: A, endSessions: false }, when)
    expect(revoked.longerCache).toEqual({ seconds: 7200, kids })
  })
  it('publishes without that pods get anything new', () => {
    const fresh = ledger(key(A, 'Active'), key(B, 'Generated'))
    expect(turnLedger(fresh, { turn: 'publish', kid: B }, when)).toMatchObject({
      version: 3,
      keys: [{ kid: A }, { kid: B, phase: 'Published', since: at }],
    })
  })
  it('counts the quiet from its own moment, and forgets it when a pod signs again', () => {
    const retiring = ledger(key(B, 'Active'), key(A, 'Retiring'))
    const quiet = turnLedger(retiring, { turn: 'quiet', kid: A }, when)
    expect(of(quiet, A)).toMatchObject({ quietSince: at })
    expect(turnLedger(quiet, { turn: 'loud', kid: A }, when)).toEqual(retiring)
  })
  it('takes a destroyed key out of what pods serve, and keeps the newest four on record', () => {
    const old = ['D', 'E', 'F', 'G'].map((name, age) =>
      key(kid(name), 'Destroyed', { since: after(-age).toISOString() }),
    )
    const turned = turnLedger(
      ledger(key(B, 'Active'), key(A, 'Retiring'), ...old),
      { turn: 'destroy', kid: A },
      when,
    )
    expect(publishedKids(turned)).toEqual([B])
    expect(turned.version).toBe(4)
    expect(turned.keys.map((each) => each.kid)).toEqual([B, A, kid('D'), kid('E'), kid('F')])
  })

  describe('revoke', () => {
    const revoke = (name: string, endSessions = false) =>
      turnLedger(rested, { turn: 'revoke', kid: name, endSessions }, when)
    it('of the key that signs lets the standby sign in the same write', () => {
      const turned = revoke(A)
      expect(of(turned, A)).toMatchObject({ phase: 'Destroyed', revoked: true })
      expect(of(turned, B)).toMatchObject({ phase: 'Active', since: at })
      expect(publishedKids(turned)).toEqual([B])
    })
    it('of the standby leaves the key that signs', () => {
      expect(publishedKids(revoke(B))).toEqual([A])
    })
    it.each([
      { endSessions: true, expected: at },
      { endSessions: false, expected: undefined },
    ])('ends sessions when asked: $endSessions', ({ endSessions, expected }) => {
      expect(revoke(A, endSessions).sessionsNotBefore).toBe(expected)
    })
  })

  describe('terms', () => {
    const turn = (more: object) =>
      turnLedger(rested, { turn: 'terms' }, { terms: { ...terms, ...more }, now })
    it('that are longer lengthen every wait that has begun', () => {
      const turned = turn({ verifierCacheSeconds: 3600, accessTokenSeconds: 7200 })
      expect(turned).toMatchObject({ version: 4, cacheSeconds: 3600 })
      expect(of(turned, A)).toMatchObject({ tokenSeconds: 7200, cacheSeconds: 600 })
      expect(of(turned, B)).toMatchObject({ tokenSeconds: 900, cacheSeconds: 3600 })
    })
    it.each([
      { cache: 60, kids: [A, B], because: 'it became shorter once more' },
      { cache: 600, kids: [A], because: 'nothing became shorter' },
      { cache: 3600, kids: [A], because: 'it became longer, and is shorter than it was still' },
    ])('keep what was longer in mind: $because', ({ cache, kids }) => {
      const before = { ...rested, longerCache: { seconds: 7200, kids: [A] } }
      const less = { ...terms, jwksMaxAgeSeconds: 10, verifierCacheSeconds: cache, accessTokenSeconds: 3000 }
      const { longerCache } = turnLedger(before, { turn: 'terms' }, { terms: less, now })
      expect(longerCache).toEqual({ seconds: 7200, kids })
    })
    it('that are shorter shorten none, and are remembered', () => {
      const turned = turn({ jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0, accessTokenSeconds: 60 })
      expect(turned.longerCache).toEqual({ seconds: 600, kids: [A, B] })
      expect(of(turned, A)).toMatchObject({ tokenSeconds: 900 })
      expect(of(turned, B)).toMatchObject({ cacheSeconds: 600 })
    })
  })
})
