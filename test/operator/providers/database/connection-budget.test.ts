import { describe, expect, it } from 'vitest'
import {
  appConnectionLimit,
  connectionLimitFor,
  connectionsPromised,
  fitsBudget,
} from '../../../../operator/src/providers/database/connection-budget.ts'

describe('connectionLimitFor', () => {
  it('leaves room for the old pods that drain, the new ones, one in between, and those who mend it', () => {
    expect(connectionLimitFor(2, 4)).toBe(24)
    expect(appConnectionLimit(connectionLimitFor(2, 4))).toBe(20)
  })
})

describe('appConnectionLimit', () => {
  it('is never less than one', () => {
    expect(appConnectionLimit(3)).toBe(1)
  })
})

describe('connectionsPromised', () => {
  it.each([
    { limits: [], sum: 0, because: 'nobody is there' },
    { limits: [16, 12], sum: 28, because: 'limits add up' },
    { limits: [16, -1], sum: Infinity, because: 'one without a limit may take all' },
  ])('is $sum: $because', ({ limits, sum, because }) => {
    expect(connectionsPromised(limits.map((connectionLimit) => ({ connectionLimit }))), because).toBe(sum)
  })
})

describe('fitsBudget', () => {
  it.each([
    { limit: 12, fits: true, because: 'it fills the budget to the last connection' },
    { limit: 13, fits: false, because: 'one is missing' },
  ])('is $fits for $limit: $because', ({ limit, fits, because }) => {
    expect(fitsBudget([{ connectionLimit: 88 }], limit, 100), because).toBe(fits)
  })
})
