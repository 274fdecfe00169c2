import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goneText, readGone, readSweepReport } from '../../../operator/src/backups/sweep-report.ts'

const facts = {
  ...{ objects: 2, bytes: 9, backups: 1, removed: 0, aborted: 0, spared: 0, refused: 0, refusedFirst: '' },
  ...{ denied: 0, deniedWhy: '', oldestExpiry: '', gone: '' },
}

describe('goneText', () => {
  it('is read back as what it was made of, however many there are', () => {
    const answer = fc.uniqueArray(fc.tuple(fc.nat(), fc.boolean()), { selector: ([n]) => n, maxLength: 70 })
    fc.assert(
      fc.property(answer, (each) => {
        const asked = each.map(([number]) => `k3x9q7w2ab/${number}`)
        const gone = new Set(asked.filter((_, at) => each[at]?.[1]))
        expect(
          readGone(
            asked,
            goneText(asked, (name) => gone.has(name)),
          ),
        ).toEqual([...gone])
      }),
    )
  })
})

describe('readGone', () => {
  it.each([
    { because: 'it answers another question', asked: ['a'], text: 'AAAA' },
    { because: 'it says nothing', asked: ['a'], text: '' },
  ])('believes nothing where $because', ({ asked, text }) => {
    expect(readGone(asked, text)).toEqual([])
  })
})

describe('readSweepReport', () => {
  it('reads the last line, and nothing that is not a report of a sweep', () => {
    const report = { result: 'succeeded', facts }
    expect(readSweepReport(`noise\n${JSON.stringify(report)}\n`)).toEqual(report)
    const failed = { result: 'failed', code: 'STORE_GONE', message: 'There is no bucket.' }
    expect(readSweepReport(JSON.stringify(failed))).toEqual(failed)
    for (const text of ['', 'null', '{}', JSON.stringify({ ...report, facts: { ...facts, denied: '1' } })])
      expect(readSweepReport(text)).toBeUndefined()
  })
})
