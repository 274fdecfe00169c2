import { describe, expect, it } from 'vitest'
import { keyStatus } from '../../../../../operator/src/controllers/tenant/keys/key-status.ts'
import { A, B, C, after, key, ledger, terms } from './examples.ts'

const about = { tenantID: 't', terms: { ...terms, rotationDays: 0 }, rotation: undefined }
const written = (seconds: number) => after(seconds).toISOString().replace('.000', '')
const since = written(0)

describe('keyStatus', () => {
  it('says of each key what it is, since when, and what comes next', () => {
    const keys = [
      key(B, 'Active'),
      key(C, 'Generated'),
      key(A, 'Retiring', { quietSince: after(100).toISOString() }),
    ]
    expect(keyStatus(ledger(...keys), about)).toEqual([
      { kid: B, phase: 'Active', since, next: 'Retiring' },
      { kid: C, phase: 'Generated', since, next: 'Published' },
      { kid: A, phase: 'Retiring', since, next: 'Destroyed', nextAt: written(1660) },
    ])
  })
  it('gives no time where it waits for pods', () => {
    expect(keyStatus(ledger(key(A, 'Retiring')), about)).toEqual([
      { kid: A, phase: 'Retiring', since, next: 'Destroyed' },
    ])
  })
  it('tells a revoked key from one whose time had come', () => {
    expect(keyStatus(ledger(key(A, 'Destroyed', { revoked: true })), about)).toEqual([
      { kid: A, phase: 'Destroyed', since, revoked: true },
    ])
  })
  it('names the day of a rotation that is due, the same for both keys', () => {
    const [active, standby] = keyStatus(ledger(key(A, 'Active'), key(B, 'Published')), { ...about, terms })
    expect(active?.nextAt).toBe(standby?.nextAt)
    const days = (Date.parse(active?.nextAt ?? '') - after(0).getTime()) / 86_400_000
    expect(days).toBeGreaterThanOrEqual(81)
    expect(days).toBeLessThanOrEqual(90)
  })
  it('says when a standby may sign at the earliest where a rotation is asked for, and nothing once it was done', () => {
    const rested = ledger(key(A, 'Active'), key(B, 'Published'))
    const standby = (rotation: string) =>
      keyStatus({ ...rested, rotation: 'done' }, { ...about, rotation })[1]
    expect(standby('new')).toEqual({
      kid: B,
      phase: 'Published',
      since,
      next: 'Active',
      nextAt: written(660),
    })
    expect(standby('done')).toEqual({ kid: B, phase: 'Published', since, next: 'Active' })
  })
})
