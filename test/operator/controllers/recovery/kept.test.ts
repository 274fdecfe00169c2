import { describe, expect, it } from 'vitest'
import { failingSince } from '../../../../operator/src/controllers/recovery/kept.ts'
import { StoreDenied } from '../../../../operator/src/providers/backups/errors.ts'

const [then, now] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')]

describe('failingSince', () => {
  it('says since when, in the words of the last failure', () => {
    const first = failingSince(undefined, new StoreDenied('One.'), then)
    expect(failingSince(first, new StoreDenied('Two.'), now)).toEqual({ since: then, message: 'Two.' })
  })

  it('repeats no words that were not written for people', () => {
    expect(failingSince(undefined, new Error('password=hunter2'), then).message).not.toContain('hunter2')
  })
})
