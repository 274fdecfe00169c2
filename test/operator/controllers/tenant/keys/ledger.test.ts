import { describe, expect, it } from 'vitest'
import {
  ledgerFile,
  parseLedger,
  publishedKids,
} from '../../../../../operator/src/controllers/tenant/keys/ledger.ts'
import { A, B, C, kid, key, ledger, start } from './examples.ts'

const D = kid('D')
const whole = ledger(
  key(A, 'Retiring', { quietSince: start.toISOString() }),
  key(D, 'Destroyed', { revoked: true }),
  key(B, 'Active'),
  key(C, 'Published'),
)

describe('ledgerFile', () => {
  it('is read back as it was, and is the same bytes again', () => {
    expect(parseLedger(ledgerFile(whole))).toEqual(whole)
    expect(ledgerFile(parseLedger(ledgerFile(whole)))).toBe(ledgerFile(whole))
  })
  it('is the same bytes in whatever order a ledger was put together', () => {
    const { version, keys, ...rest } = whole
    const turned = keys.map((each) => Object.fromEntries(Object.entries(each).reverse()) as typeof each)
    expect(ledgerFile({ ...rest, keys: turned, version })).toBe(ledgerFile(whole))
  })
})

describe('parseLedger', () => {
  it.each([
    { because: 'it is not JSON', text: 'x', words: 'cannot be read' },
    {
      because: 'a phase is unknown',
      text: ledgerFile(whole).replace('Retiring', 'Sleeping'),
      words: 'keys.0.phase',
    },
  ])('refuses it when $because', ({ text, words }) => {
    expect(() => parseLedger(text)).toThrow(words)
  })
  it('keeps what a newer operator wrote beside', () => {
    const newer = { ...whole, signer: 'kms', keys: whole.keys.map((each) => ({ ...each, use: 'sig' })) }
    expect(parseLedger(ledgerFile(newer))).toEqual(newer)
  })
})

describe('publishedKids', () => {
  it('are those that verifiers may need, the one that signs first', () => {
    expect(publishedKids(whole)).toEqual([B, C, A])
  })
})
