import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tokenAudit } from './token-audit.ts'

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = (kid: string) => `${part({ alg: 'RS256', kid })}.${part({ exp: Date.now() / 1000 + 60 })}.x`
const refuses = { verify: () => Promise.reject(new Error('no applicable key')) }
const takes = { verify: () => Promise.resolve() }

describe('tokenAudit', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('has a token verified at once, and by another verifier shortly before its end', async () => {
    const asked: string[] = []
    const verifier = (name: string) => ({
      verify: () => Promise.resolve(void asked.push(`${name} ${Date.now() - began}`)),
    })
    const began = Date.now()
    const audit = tokenAudit([verifier('a'), verifier('b')])
    audit.issued(token('k'))
    await vi.advanceTimersByTimeAsync(60_000)
    const report = await audit.end()
    expect(asked).toEqual(['a 0', 'b 52000'])
    expect(report).toMatchObject({ tokens: 1, verifications: 2, failures: [] })
  })

  it('tells each that failed', async () => {
    const audit = tokenAudit([takes, refuses])
    audit.issued(token('k'))
    await vi.advanceTimersByTimeAsync(60_000)
    const { failures } = await audit.end()
    expect(failures).toEqual([{ atMs: 52_000, kid: 'k', when: 'later', error: 'Error: no applicable key' }])
  })

  it('lets tokens of a revoked key be refused from its revoke on, and no others', async () => {
    const audit = tokenAudit([refuses])
    audit.issued(token('lost'))
    await vi.advanceTimersByTimeAsync(1_000)
    audit.revoked('lost')
    audit.issued(token('lost'))
    audit.issued(token('next'))
    await vi.advanceTimersByTimeAsync(60_000)
    const { failures, refusedAsRevoked } = await audit.end()
    expect(refusedAsRevoked).toBe(3)
    expect(failures.map(({ kid, when }) => `${kid} ${when}`)).toEqual([
      'lost at once',
      'next at once',
      'next later',
    ])
  })

  it('tells for how long verifiers took tokens of a revoked key', async () => {
    const audit = tokenAudit([takes])
    audit.issued(token('lost'))
    audit.revoked('lost')
    await vi.advanceTimersByTimeAsync(60_000)
    expect((await audit.end()).revokedTakenForMs).toBe(52_000)
  })
})
