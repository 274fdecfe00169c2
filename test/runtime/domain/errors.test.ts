import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Refusal, refusals, wireError, type RefusalCode } from '../../../runtime/src/domain/errors.ts'

describe('wireError', () => {
  it('says nothing but the code and its sentence, whatever the detail', () => {
    const refusal = new Refusal('sign_in_failed', 'unknown_passkey')
    expect(wireError(refusal.code)).toEqual(wireError(new Refusal('sign_in_failed', 'bad_signature').code))
    expect(JSON.stringify(wireError(refusal.code))).not.toContain('unknown')
  })
})

describe('refusals', () => {
  it('are the codes that docs/errors-runtime.md lists, with their statuses', () => {
    const page = readFileSync(new URL('../../../docs/errors-runtime.md', import.meta.url), 'utf8')
    const listed = [...page.matchAll(/^\| `([a-z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ])
    expect(listed).toEqual(Object.entries(refusals).map(([code, { status }]) => [code, status]))
  })
  it.each(Object.keys(refusals) as RefusalCode[])('%s has a whole sentence', (code) => {
    expect(refusals[code].sentence).toMatch(/^[A-Z].*\.$/)
  })
})
