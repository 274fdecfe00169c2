import { describe, expect, it } from 'vitest'
import { lineOf } from '../../../../operator/src/controllers/journal/lines.ts'
import { isKept, keptFrom } from '../../../../operator/src/controllers/journal/prune.ts'
import { rowOf } from './kept-world.ts'

const now = new Date('2026-06-01T00:00:00Z')

describe('keptFrom', () => {
  it.each([
    { newest: undefined, from: '2026-03-02T00:00:00.000Z', because: 'there may be backups of 89 days' },
    { newest: '2026-05-31T00:00:00Z', from: '2026-03-02T00:00:00.000Z', because: 'older ones lie there too' },
    { newest: '2026-01-10T00:00:00Z', from: '2026-01-08T00:00:00.000Z', because: 'the last one stays' },
  ])('is $from with a newest backup of $newest: $because', ({ newest, from, because }) => {
    expect(keptFrom(now, newest === undefined ? undefined : new Date(newest)).toISOString(), because).toBe(
      from,
    )
  })
})

describe('isKept', () => {
  it.each([
    { at: '2026-03-02T00:00:00.000000Z', kept: true },
    { at: '2026-03-01T23:59:59.999999Z', kept: false },
  ])('is $kept for what happened at $at', ({ at, kept }) => {
    expect(isKept(lineOf(rowOf(1, at)), keptFrom(now, undefined))).toBe(kept)
  })
})
