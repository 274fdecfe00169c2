import { randomFillSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { randomPool } from '../../../runtime/src/domain/random-pool.ts'

/** Fills pages with 1, 2, 3 ...: a byte that is given twice is seen. */
function counting() {
  const pages: Uint8Array[] = []
  let next = 0
  const fill = (page: Uint8Array) => {
    pages.push(page)
    for (let i = 0; i < page.length; i++) page[i] = ++next
  }
  return { pages, random: randomPool(fill, 8) }
}

describe('randomPool', () => {
  it('gives each byte once, and fetches a page when the rest of the last is too short', () => {
    const { random, pages } = counting()
    expect([...random(3)]).toEqual([1, 2, 3])
    expect([...random(5)]).toEqual([4, 5, 6, 7, 8])
    expect([...random(6)]).toEqual([9, 10, 11, 12, 13, 14])
    expect([...random(3)]).toEqual([17, 18, 19])
    expect(pages).toHaveLength(3)
  })

  it('keeps no byte that it gave, and what it gave is not touched again', () => {
    const { random, pages } = counting()
    const given = random(8)
    expect([...pages[0]!]).toEqual(Array(8).fill(0))
    random(8)
    expect([...given]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('says so when more than a page is wanted', () => {
    expect(() => counting().random(9)).toThrow('9 random bytes are more than a page of 8.')
  })

  it('never repeats itself on the real generator', () => {
    const random = randomPool(randomFillSync)
    const seen = new Set(Array.from({ length: 2_000 }, () => random(16).toString('hex')))
    expect(seen.size).toBe(2_000)
  })
})
