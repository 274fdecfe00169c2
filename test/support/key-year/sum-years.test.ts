import { describe, expect, it } from 'vitest'
import { sumYears } from './sum-years.ts'
import { emptyTally } from './verifications.ts'
import { type YearResult } from './year.ts'

const part = (change: Partial<YearResult>): YearResult => ({
  ...{ tenants: 1, looks: 2, crashes: 0, phases: {}, happenings: {}, tally: emptyTally() },
  ...{ pairs: 0, pairsApart: 0, failed: [] },
  ...change,
})

describe('sumYears', () => {
  it('adds numbers by their names, also those that only one part has, and lists what failed', () => {
    const failure = { tenant: 7, faults: ['f'], trail: [] }
    const sum = sumYears([
      part({ phases: { Active: 2 } }),
      part({ phases: { Active: 1, Retiring: 4 }, failed: [failure] }),
    ])
    expect(sum).toEqual(part({ tenants: 2, looks: 4, phases: { Active: 3, Retiring: 4 }, failed: [failure] }))
  })
})
