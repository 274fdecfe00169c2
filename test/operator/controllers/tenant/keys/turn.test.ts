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
  it('waits as long as caches lasted until lately', () => {
    const before = { ...rested, longerCache: { seconds: 7200, until: after(6000).toISOString() } }
    expect(of(addKey(before, publicHalf(C), when), C)).toMatchObject({ cacheSeconds: 7200 })
    expect(of(addKey(before, publicHalf(C), { ...when, now: after(6001) }), C)).toMatchObject({
      cacheSeconds: 600,
    })
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
    it('that are shorter shorten none, and are remembered as long as a JWKS may be kept', () => {
      const turned = turn({ jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0, accessTokenSeconds: 60 })
      expect(turned.longerCache).toEqual({ seconds: 600, until: after(5000 + 720).toISOString() })
      expect(of(turned, A)).toMatchObject({ tokenSeconds: 900 })
      expect(of(turned, B)).toMatchObject({ cacheSeconds: 600 })
    })
  })
})
