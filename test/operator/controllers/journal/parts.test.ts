import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineOf } from '../../../../operator/src/controllers/journal/lines.ts'
import {
  missingLines,
  mostParts,
  nextPrune,
  nextWrite,
} from '../../../../operator/src/controllers/journal/parts.ts'
import { rowOf } from './kept-world.ts'

const long = new Date(0)
const old = '2025-01-01T00:00:00.000000Z'
const kept = new Date('2025-06-01T00:00:00Z')
const lines = (from: number, count: number, at?: string) =>
  Array.from({ length: count }, (_, index) => lineOf(rowOf(from + index, at)))
const bytes = (of: readonly string[]) => of.join('\n').length + 1
/** More do not fit into a part. */
const full = lines(1_000_000, 7_446)

describe('nextWrite', () => {
  it('writes nothing where there is nothing to write', () => {
    expect(nextWrite([lines(1, 2)], [], long)).toBeUndefined()
  })

  it('appends to the first part that has room', () => {
    expect(nextWrite([full, lines(1, 2)], lines(3, 1), long)).toMatchObject({ part: 1, lines: lines(1, 3) })
  })

  it('makes room by what has had its time', () => {
    const before = lines(1_000_000, 7_446, old)
    expect(nextWrite([before], lines(1, 2), kept)).toEqual({ part: 0, lines: lines(1, 2), left: [] })
  })

  it('splits what does not fit, and leaves no gap between parts', () => {
    const many = lines(2_000_000, 15_000)
    const parts: string[][] = []
    for (let left = many; left.length > 0;) {
      const next = nextWrite(parts, left, long)
      if (next === 'full' || next === undefined) throw new Error('It has room.')
      expect(next.part).toBe(parts.length)
      parts[next.part] = next.lines
      left = next.left
    }
    expect(parts.flat()).toEqual(many)
    for (const part of parts) expect(bytes(part)).toBeLessThan(1_000_000)
  })

  it('says when there is no room at all', () => {
    expect(nextWrite(Array<string[]>(mostParts).fill(full), lines(1, 1), long)).toBe('full')
  })

  it('loses nothing and writes nothing twice, whatever is there', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 40 })
    fc.assert(
      fc.property(some, some, (before, rows) => {
        const parts = [before.map((id) => lineOf(rowOf(id)))]
        const missing = missingLines(
          parts,
          rows.map((id) => lineOf(rowOf(id))),
        )
        const next = nextWrite(parts, missing, long)
        if (next === 'full') throw new Error('It has room.')
        const after = next ? next.lines : (parts[0] ?? [])
        const all = new Set([...before, ...rows].map((id) => lineOf(rowOf(id))))
        expect(new Set(after)).toEqual(all)
        expect(after).toHaveLength(all.size)
      }),
    )
  })
})

describe('nextPrune', () => {
  it('takes from one part after the other what has had its time, and keeps the part', () => {
    const parts = [lines(1, 2), lines(3, 1, old)]
    expect(nextPrune(parts, kept)).toEqual({ part: 1, lines: [] })
    expect(nextPrune([lines(1, 2), []], kept)).toBeUndefined()
  })
})
