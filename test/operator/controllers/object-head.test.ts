import { describe, expect, it } from 'vitest'
import { headOf } from '../../../operator/src/controllers/object-head.ts'

describe('headOf', () => {
  it('is what the API server wrote', () => {
    const metadata = {
      ...{ namespace: 'customers', name: 'acme', uid: 'u1', resourceVersion: '7', generation: 2 },
      creationTimestamp: '2026-11-22T02:00:00Z',
      deletionTimestamp: '2026-11-23T02:00:00Z',
    }
    expect(headOf({ metadata })).toEqual({
      ...{ namespace: 'customers', name: 'acme', uid: 'u1', resourceVersion: '7', generation: 2 },
      createdAt: new Date('2026-11-22T02:00:00Z'),
      deleting: true,
    })
  })

  it('has an answer for what was never written', () => {
    expect(headOf({ metadata: { name: 'acme' } })).toMatchObject({ namespace: '', uid: '', deleting: false })
  })
})
