import { describe, expect, it } from 'vitest'
import { type KeyPhase, ledgerFile } from '../../../operator/src/controllers/tenant/keys/ledger.ts'
import { encode } from '../../../operator/src/controllers/tenant/secrets/data.ts'
import { Histories } from './key-history.ts'

const kid = (letter: string) => letter.repeat(43)
const since = '2026-01-01T00:00:00.000Z'

/** A master Secret whose keys are in these phases; a phase with an exclamation mark was revoked. */
function master(version: number, phases: Record<string, KeyPhase | 'Destroyed!'>) {
  const keys = Object.entries(phases).map(([letter, phase]) => ({
    ...{ kid: kid(letter), n: 'n', e: 'AQAB', since, cacheSeconds: 100, tokenSeconds: 60 },
    phase: phase.replace('!', '') as KeyPhase,
    ...(phase.endsWith('!') ? { revoked: true as const } : {}),
  }))
  const active = keys.find(({ phase }) => phase === 'Active')?.kid ?? 'none'
  const files = { 'ledger.json': ledgerFile({ version, keys, cacheSeconds: 100 }), [`${active}.pem`]: 'PEM' }
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, data: encode(files) }
}

describe('Histories', () => {
  it('tells which keys changed their phase', () => {
    const histories = new Histories()
    histories.read(master(1, { a: 'Active', b: 'Generated' }), 0)
    expect(histories.read(master(1, { a: 'Active', b: 'Published' }), 1000)).toEqual([
      { kid: kid('b'), from: 'Generated', to: 'Published', revoked: false },
    ])
  })

  it.each([
    { after: 159_000, unaged: true, because: 'a verifier may hold a JWKS without it' },
    { after: 160_000, unaged: false, because: 'cache and skew have passed' },
  ])('knows whether a key that a revoke had sign had aged: $because', ({ after, unaged }) => {
    const histories = new Histories()
    histories.read(master(1, { a: 'Active', b: 'Generated' }), 0)
    histories.read(master(1, { a: 'Active', b: 'Published' }), 0)
    histories.read(master(2, { a: 'Destroyed!', b: 'Active' }), after)
    expect(histories.keys.get(kid('b'))?.unaged).toBe(unaged)
    expect(histories.keys.get(kid('a'))?.revokedAt).toBe(after)
  })

  it('finds a tenant without a key that signs', () => {
    expect(() => new Histories().read(master(1, { a: 'Retiring' }), 0)).toThrow('0 active keys')
    expect(() => new Histories().read(master(1, { a: 'Active', b: 'Active' }), 0)).toThrow('2 active keys')
  })
})
