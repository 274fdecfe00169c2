import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Condition } from '../../../operator/src/api/v1alpha1/fields.ts'
import { mergeConditions, timestamp, type Verdict } from '../../../operator/src/controllers/conditions.ts'

const verdict: fc.Arbitrary<Verdict> = fc.record({
  type: fc.constantFrom('Ready', 'DatabaseReady', 'Stalled'),
  status: fc.constantFrom('True', 'False', 'Unknown'),
  reason: fc.constantFrom('A', 'B'),
  message: fc.string({ maxLength: 20 }),
})
const look = fc.uniqueArray(verdict, { selector: ({ type }) => type })
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
const find = (all: readonly Condition[], type: string) => all.find((each) => each.type === type)

describe('mergeConditions', () => {
  it('does not flap: looking again at the same things changes nothing, however much later', () => {
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 6 }), (looks) => {
        let conditions: Condition[] = []
        for (const [minute, verdicts] of looks.entries()) {
          conditions = mergeConditions(conditions, verdicts, { now: at(minute), generation: 1 })
        }
        const again = mergeConditions(conditions, looks.at(-1) ?? [], { now: at(999), generation: 1 })
        expect(again).toEqual(conditions)
      }),
    )
  })

  it('moves lastTransitionTime exactly when the status moves', () => {
    fc.assert(
      fc.property(look, look, (before, after) => {
        const old = mergeConditions([], before, { now: at(1), generation: 1 })
        const merged = mergeConditions(old, after, { now: at(2), generation: 2 })
        expect(merged.map(({ type }) => type)).toEqual(after.map(({ type }) => type))
        for (const { type, status, lastTransitionTime, observedGeneration } of merged) {
          const stood = find(old, type)?.status === status
          expect(lastTransitionTime).toBe(timestamp(at(stood ? 1 : 2)))
          expect(observedGeneration).toBe(2)
        }
      }),
    )
  })

  it('keeps a message within what the API server takes', () => {
    const long = { type: 'Ready', status: 'False', reason: 'A', message: 'x'.repeat(9_000) } as const
    const [stored] = mergeConditions([], [long], { now: at(1), generation: 1 })
    expect(stored?.message).toHaveLength(4096)
  })
})

describe('timestamp', () => {
  it('is in whole seconds, as metav1.Time wants it', () => {
    expect(timestamp(new Date(1_767_225_600_999))).toBe('2026-01-01T00:00:00Z')
  })
})
