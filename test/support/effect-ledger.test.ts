import { describe, expect, it } from 'vitest'
import { EffectLedger, effectLine, tookPlace } from './effect-ledger.ts'

const secret = { backend: 'kubernetes', verb: 'apply', object: 'secrets a/b' } as const
const role = { backend: 'sql', verb: 'CREATE', object: 'ROLE a' } as const

describe('EffectLedger', () => {
  it('numbers every backend in one sequence, leases and events apart', () => {
    const ledger = new EffectLedger()
    ledger.begin('write', secret)
    ledger.begin('lease', { ...secret, object: 'leases a/b' })
    ledger.begin('write', role)
    ledger.begin('event', { ...secret, object: 'events a/b' })
    expect(ledger.effects().map(({ k, object }) => [k, object])).toEqual([
      [1, 'secrets a/b'],
      [2, 'ROLE a'],
    ])
    expect(ledger.effects('lease').map(({ k }) => k)).toEqual([1])
    expect(ledger.effects('event').map(({ k }) => k)).toEqual([1])
  })

  it('calls an effect unknown until it is settled', () => {
    const ledger = new EffectLedger()
    const effect = ledger.begin('write', secret)
    expect(effectLine(effect)).toBe('1 apply secrets a/b -> unknown')
    ledger.settle(effect, 201)
    expect(effectLine(ledger.effects()[0]!)).toBe('1 apply secrets a/b -> 201')
  })

  it('knows for how long nothing was written; a lease is no write', () => {
    let now = 1_000
    const ledger = new EffectLedger(() => now)
    ledger.settle(ledger.begin('write', secret), 200)
    now += 400
    ledger.begin('lease', secret)
    expect(ledger.quietFor()).toBe(400)
    ledger.begin('write', role)
    expect(ledger.quietFor()).toBe(0)
  })

  it('starts again from 1', () => {
    const ledger = new EffectLedger()
    ledger.begin('write', secret)
    ledger.restart()
    expect(ledger.begin('write', role).k).toBe(1)
    expect(ledger.effects()).toHaveLength(1)
  })
})

describe('tookPlace', () => {
  it.each([
    [200, true],
    [201, true],
    ['ok', true],
    [409, false],
    ['42710', false],
    ['unsent', false],
    ['unknown', false],
  ])('%s: %s', (status, expected) => {
    expect(tookPlace({ ...role, lane: 'write', k: 1, status })).toBe(expected)
  })
})
