import { describe, expect, it } from 'vitest'
import { deedsOf } from '../../../../operator/src/jobs/replay/deeds.ts'

const row = (kind: string, subject: string, id = '1') => ({
  id,
  kind,
  subject,
  at: '2026-11-22T16:00:00.000000Z',
})

describe('deedsOf', () => {
  it('gathers who was erased and which passkeys were removed, each once', () => {
    const rows = [row('person_erased', 'a'), row('person_erased', 'a'), row('passkey_removed', 'k')]
    expect(deedsOf(rows)).toEqual({ erased: new Set(['a']), states: new Map(), removed: new Set(['k']) })
  })

  it('takes the last word on whether somebody is restricted', () => {
    const rows = [
      row('person_restricted', 'a'),
      row('person_released', 'a'),
      row('person_released', 'b'),
      row('person_restricted', 'b'),
    ]
    expect([...deedsOf(rows).states]).toEqual([
      ['a', 'active'],
      ['b', 'disabled'],
    ])
  })

  it.each(['api_key_revoked', 'person_merged'])(
    'refuses %s, which it cannot do again, instead of skipping it',
    (kind) => {
      expect(() => deedsOf([row('person_erased', 'a'), row(kind, 'b')])).toThrow(
        expect.objectContaining({
          code: 'JOURNAL_UNREADABLE',
          message: expect.stringContaining(kind) as string,
        }),
      )
    },
  )
})
