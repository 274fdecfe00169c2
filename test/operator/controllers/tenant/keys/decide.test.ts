import { describe, expect, it } from 'vitest'
import { decideKeys, type KeyLook } from '../../../../../operator/src/controllers/tenant/keys/decide.ts'
import { A, B, C, after, evidence, key, kid, ledger, pod, terms } from './examples.ts'

const rested = ledger(key(A, 'Active'), key(B, 'Published'))
const year = 365 * 86_400
const look = (more: Partial<KeyLook>): KeyLook => ({
  tenantID: 'k3x9q7w2ab',
  terms,
  wishes: { rotation: undefined, revoke: [] },
  evidence: evidence(pod(A, [A, B])),
  now: after(3600),
  ...more,
})
const asked = { rotation: 'n1', revoke: [] }

describe('decideKeys', () => {
  it('has nothing to do while a key signs, another stands by, and neither is due', () => {
    expect(decideKeys(rested, look({}))).toBeUndefined()
  })

  it('makes a standby where there is none', () => {
    expect(decideKeys(ledger(key(A, 'Active')), look({}))).toEqual({ turn: 'generate' })
  })

  it.each([
    {
      because: 'a pod has yet to follow',
      pods: [pod(A, [A]), pod(A, [A], { version: 2 })],
      expected: undefined,
    },
    { because: 'nobody can ask one', pods: [pod(A, [A]), undefined], expected: { turn: 'generate' } },
    { because: 'no pod serves', pods: [], expected: { turn: 'generate' } },
  ])('makes it once pods have what was decided before: $because', ({ pods, expected }) => {
    const lone = ledger(key(A, 'Active'), key(B, 'Destroyed'))
    expect(decideKeys(lone, look({ evidence: evidence(...pods) }))).toEqual(expected)
  })

  describe('calls a key published', () => {
    const fresh = ledger(key(A, 'Active'), key(B, 'Generated'))
    it('once every serving pod shows it', () => {
      expect(decideKeys(fresh, look({}))).toEqual({ turn: 'publish', kid: B })
    })
    it.each([
      { because: 'one pod does not show it', pods: [pod(A, [A, B]), pod(A, [A])] },
      { because: 'one pod cannot be asked', pods: [pod(A, [A, B]), undefined] },
      { because: 'no pod serves', pods: [] },
    ])('but not when $because', ({ pods }) => {
      expect(decideKeys(fresh, look({ evidence: evidence(...pods) }))).toBeUndefined()
    })
  })

  describe('activates the standby', () => {
    it.each([
      { because: 'the key is old', more: { now: after(year) }, expected: { turn: 'activate', kid: B } },
      {
        because: 'it is asked for',
        more: { wishes: asked },
        expected: { turn: 'activate', kid: B, rotation: 'n1' },
      },
    ])('when $because', ({ more, expected }) => {
      expect(decideKeys(rested, look(more))).toEqual(expected)
    })
    it.each([
      { because: 'the request was taken up', of: { ...rested, rotation: 'n1' }, more: {} },
      {
        because: 'verifiers may hold a JWKS without it by the wall clock',
        of: rested,
        more: { now: after(659) },
      },
      {
        because: 'they may by our own clock, and the wall clock jumped',
        of: rested,
        more: {
          evidence: {
            ...evidence(pod(A, [A], { published: [{ kid: B, seconds: 659, always: true }] })),
            seenForMs: () => 659_999,
          },
        },
      },
      {
        because: 'a pod shows it for too short a time',
        of: rested,
        more: {
          evidence: evidence(pod(A, [A, B], { published: [{ kid: B, seconds: 659, always: false }] })),
        },
      },
      { because: 'a pod does not show it any more', of: rested, more: { evidence: evidence(pod(A, [A])) } },
      {
        because: 'a pod cannot be asked',
        of: rested,
        more: { evidence: evidence(pod(A, [A, B]), undefined) },
      },
      {
        because: 'the standby is not published',
        of: ledger(key(A, 'Active'), key(B, 'Generated')),
        more: { evidence: evidence(pod(A, [A])) },
      },
    ])('but not when $because', ({ of, more }) => {
      expect(decideKeys(of, look({ wishes: asked, ...more }))).toBeUndefined()
    })
    it.each([
      { retiring: 9, expected: 'activate', because: 'there is room for one more' },
      { retiring: 10, expected: undefined, because: 'an old key has to go first' },
    ])('with $retiring old keys or not: $because', ({ retiring, expected }) => {
      const old = Array.from({ length: retiring }, (_, index) => key(kid(String(index)), 'Retiring'))
      const gone = ['w', 'x', 'y', 'z'].map((letter) => key(kid(letter), 'Destroyed'))
      const unreached = evidence(pod(A, [A, B]))
      const full = ledger(key(A, 'Active'), key(B, 'Published'), ...old, ...gone)
      const noted = {
        ...full,
        keys: full.keys.map((each) => ({ ...each, quietSince: after(3599).toISOString() })),
      }
      expect(decideKeys(noted, look({ wishes: asked, evidence: unreached }))?.turn).toBe(expected)
    })
    it('with a pod that began with it', () => {
      const begun = pod(A, [A], { published: [{ kid: B, seconds: 1, always: true }] })
      expect(decideKeys(rested, look({ wishes: asked, evidence: evidence(begun) }))).toMatchObject({ kid: B })
    })
    it('where nobody of us was there for so long, and every pod was', () => {
      const shown = {
        ...evidence(pod(A, [A], { published: [{ kid: B, seconds: 660, always: false }] })),
        seenForMs: () => 0,
      }
      expect(decideKeys(rested, look({ wishes: asked, evidence: shown }))).toMatchObject({ kid: B })
    })
    it('although its moment lies ahead: the clock that wrote it was wrong', () => {
      const ahead = ledger(key(A, 'Active'), key(B, 'Published', { since: after(year).toISOString() }))
      expect(decideKeys(ahead, look({ wishes: asked }))).toMatchObject({ turn: 'activate' })
    })
  })

  describe('lets a key go', () => {
    const retiring = ledger(key(B, 'Active'), key(C, 'Published'), key(A, 'Retiring'))
    const quiet = ledger(
      key(B, 'Active'),
      key(C, 'Published'),
      key(A, 'Retiring', { quietSince: after(0).toISOString() }),
    )
    it('counts from when no pod signs with it', () => {
      expect(decideKeys(retiring, look({ evidence: evidence(pod(B, [B])) }))).toEqual({
        turn: 'quiet',
        kid: A,
      })
      expect(decideKeys(retiring, look({ evidence: evidence(pod(B, [B]), pod(A, [A])) }))).toBeUndefined()
      expect(decideKeys(retiring, look({ evidence: evidence(pod(B, [B]), undefined) }))).toBeUndefined()
    })
    it('counts anew when one does again', () => {
      expect(decideKeys(quiet, look({ evidence: evidence(pod(A, [A, B])) }))).toEqual({
        turn: 'loud',
        kid: A,
      })
    })
    it.each([
      { seconds: 1559, expected: undefined },
      { seconds: 1560, expected: { turn: 'destroy', kid: A } },
    ])('after token life, cache and skew: $seconds s', ({ seconds, expected }) => {
      expect(decideKeys(quiet, look({ now: after(seconds), evidence: evidence(pod(B, [B])) }))).toEqual(
        expected,
      )
    })
    it.each([
      { activeSeconds: 1559, expected: undefined },
      { activeSeconds: 1560, expected: { turn: 'destroy', kid: A } },
    ])('where nobody of us was there, when every pod signed $activeSeconds s with another', (each) => {
      const signed = { ...evidence(pod(B, [B], { activeSeconds: each.activeSeconds })), seenForMs: () => 0 }
      expect(decideKeys(quiet, look({ now: after(9000), evidence: signed }))).toEqual(each.expected)
    })
  })

  describe('revokes', () => {
    const revoke = (name: string) => ({ rotation: undefined, revoke: [{ kid: name, endSessions: true }] })
    it.each([A, B])('any key that is there, at once: %s', (name) => {
      expect(decideKeys(rested, look({ wishes: revoke(name), evidence: evidence(undefined) }))).toEqual({
        turn: 'revoke',
        kid: name,
        endSessions: true,
      })
    })
    it('the key that signs only with a successor', () => {
      expect(decideKeys(ledger(key(A, 'Active')), look({ wishes: revoke(A) }))).toEqual({ turn: 'generate' })
    })
    it.each([
      { because: 'it is gone', of: ledger(key(A, 'Active'), key(B, 'Published'), key(C, 'Destroyed')) },
      { because: 'nobody knows it', of: rested },
    ])('nothing when $because', ({ of }) => {
      expect(decideKeys(of, look({ wishes: revoke(C) }))).toBeUndefined()
    })
  })

  it.each([
    { because: 'caches may last longer', more: { verifierCacheSeconds: 3600 } },
    { because: 'caches last shorter', more: { jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0 } },
    { because: 'tokens may live longer', more: { accessTokenSeconds: 3600 } },
  ])('writes down new terms: $because', ({ more }) => {
    expect(decideKeys(rested, look({ terms: { ...terms, ...more } }))).toEqual({ turn: 'terms' })
  })
})
