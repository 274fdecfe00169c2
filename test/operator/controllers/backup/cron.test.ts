import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scheduleSentences } from '../../../../operator/src/api/v1alpha1/schedule.ts'
import { type Cron, parseCron } from '../../../../operator/src/controllers/backup/cron.ts'
import { badValues } from '../../../integration/api/bad-values.ts'

const all = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)
const every = {
  hours: all(0, 23),
  days: new Set(all(1, 31)),
  months: new Set(all(1, 12)),
  weekdays: new Set(all(0, 6)),
}

describe('parseCron', () => {
  it.each<{ text: string; means: Partial<Cron>; because: string }>([
    { text: '0 2 * * *', means: { hours: [2] }, because: 'every night' },
    {
      text: '30 */6 * * *',
      means: { minute: 30, hours: [0, 6, 12, 18] },
      because: 'steps count from the first',
    },
    { text: '5 8-18/5,23 * * *', means: { minute: 5, hours: [8, 13, 18, 23] }, because: 'lists of ranges' },
    { text: '0 23,1,1 * * *', means: { hours: [1, 23] }, because: 'in order, and once' },
    { text: '0 * 1 1,7 *', means: { days: new Set([1]), months: new Set([1, 7]) }, because: 'dates' },
    { text: '00 * 01 01 *', means: { days: new Set([1]), months: new Set([1]) }, because: 'zeros before' },
    { text: '0 * * * 7', means: { weekdays: new Set([0]) }, because: 'Sunday is 0 and 7' },
    { text: '0 * * * 5-7', means: { weekdays: new Set([5, 6, 0]) }, because: 'also at the end of a range' },
    {
      text: '0 * 29 2 *',
      means: { days: new Set([29]), months: new Set([2]) },
      because: 'it comes in leap years',
    },
    {
      text: '0 * 31 2-4/2,5 *',
      means: { days: new Set([31]), months: new Set([2, 4, 5]) },
      because: 'May has it',
    },
    {
      text: '0 * */31 2 *',
      means: { days: new Set([1]), months: new Set([2]) },
      because: 'a step may leave one',
    },
  ])('reads $text: $because', ({ text, means }) => {
    expect(parseCron(text)).toEqual({ cron: { schedule: text, minute: 0, ...every, ...means } })
  })

  const refused = Object.entries(scheduleSentences).flatMap(([, sentence]) =>
    badValues[sentence]!.map((text) => ({ text: String(text), sentence })),
  )
  it.each(refused)('refuses $text as admission does: $sentence', ({ text, sentence }) => {
    expect(parseCron(text)).toEqual({ fault: sentence })
  })

  it('says one of the sentences to whatever it is given, and throws at nothing', () => {
    const sentences: string[] = Object.values(scheduleSentences)
    const part = fc.stringMatching(/^[0-9*/,-]{1,6}$/)
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { minLength: 4, maxLength: 6 }).map((parts) => parts.join(' ')),
    )
    fc.assert(
      fc.property(text, (schedule) => {
        const parsed = parseCron(schedule)
        if ('fault' in parsed) expect(sentences).toContain(parsed.fault)
        else expect(Math.min(...parsed.cron.hours)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
