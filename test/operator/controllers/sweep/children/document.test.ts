import { describe, expect, it } from 'vitest'
import { parseSweepDocument } from '../../../../../operator/src/backups/sweep-document.ts'
import { sweepDocument } from '../../../../../operator/src/controllers/sweep/children/document.ts'
import { sweepRendering } from '../rendering.ts'

const many = (count: number) =>
  new Map(
    Array.from({ length: count }, (_, at) => [`t${String(at).padStart(9, '0')}`, { lives: true }] as const),
  )

describe('sweepDocument', () => {
  it('is what the program reads, with the moment at which it was true', () => {
    const asked = ['k3x9q7w2ab/1']
    expect(parseSweepDocument(sweepDocument(sweepRendering({ asked, memory: 'Lost' })))).toMatchObject({
      ...{ now: new Date('2026-11-22T14:25:00Z'), living: ['k3x9q7w2ab'], ending: [], asked, memory: 'Lost' },
      store: { kind: 's3', bucket: 'backups' },
    })
  })

  it('tells apart who lives and whose end was asked for', () => {
    const terminatedAt = new Date('2026-11-01T00:00:00Z')
    const tenants = new Map([
      ['a123456789', { lives: true }],
      ['b123456789', { lives: true, terminatedAt }],
      ['c123456789', { lives: false }],
    ])
    expect(parseSweepDocument(sweepDocument(sweepRendering({ tenants })))).toMatchObject({
      living: ['a123456789'],
      ending: [
        { tenantID: 'b123456789', lives: true, terminatedAt },
        { tenantID: 'c123456789', lives: false },
      ],
    })
  })

  it('has room for 18,000 tenants, and as much as is ever asked for, in the annotations of one object', () => {
    const asked = Array.from({ length: 2_000 }, (_, at) => `k3x9q7w2ab/${99_990_000 + at}`)
    const text = sweepDocument(sweepRendering({ tenants: many(18_000), asked }))
    expect(Buffer.byteLength(text)).toBeLessThan(256 * 1024)
  })

  it('is the same bytes in whatever order tenants were found', () => {
    const tenants = many(9)
    const backwards = new Map([...tenants].toReversed())
    expect(sweepDocument(sweepRendering({ tenants: backwards }))).toBe(
      sweepDocument(sweepRendering({ tenants })),
    )
  })
})
