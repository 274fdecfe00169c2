import { describe, expect, it } from 'vitest'
import { parseLedger, ledgerFile } from '../../../../../operator/src/controllers/tenant/keys/ledger.ts'
import { restoredLedger } from '../../../../../operator/src/controllers/tenant/keys/restored-ledger.ts'
import { A, B, after, key, publicHalf, terms } from './examples.ts'

const jwk = (name: string) => ({ kty: 'RSA', use: 'sig', alg: 'RS256', ...publicHalf(name) }) as const
const set = { version: 7, activeKid: A, jwksMaxAgeSeconds: 300, keys: [jwk(A), jwk(B)] }
const since = after(60).toISOString()

describe('restoredLedger', () => {
  const restored = restoredLedger(set, { terms, now: after(60), rotation: 'asked' })

  it('signs on with what signed, and lets every other key go in its time', () => {
    const more = { since, tokenSeconds: 3600 }
    expect(restored.keys).toEqual([key(A, 'Active', more), key(B, 'Retiring', more)])
  })
  it('waits for a max-age that pods still have', () => {
    const shorter = { ...terms, jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0 }
    const about = { terms: shorter, now: after(60), rotation: undefined }
    expect(restoredLedger(set, about)).toMatchObject({ longerCache: { seconds: 600, kids: [A, B] } })
    expect(restored).not.toHaveProperty('longerCache')
  })
  it('is newer than what pods have, and takes a rotation that is asked for as done', () => {
    expect(restored).toMatchObject({ version: 8, rotation: 'asked' })
  })
  it('keeps sessions ended that were ended', () => {
    const ended = { ...set, sessionsNotBefore: since }
    expect(restoredLedger(ended, { terms, now: after(60), rotation: undefined })).toMatchObject({
      sessionsNotBefore: since,
    })
  })
  it('can be written and read back', () => {
    expect(parseLedger(ledgerFile(restored))).toEqual(restored)
  })
})
