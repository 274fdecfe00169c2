import { describe, expect, it } from 'vitest'
import {
  type RecoveryRecord,
  readRecords,
  withRecord,
} from '../../../../operator/src/controllers/recovery/record.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'

const secret: KubeObject = {
  ...{ apiVersion: 'v1', kind: 'Secret', data: { identity: 'aQ==' } },
  metadata: { name: 'tenant', annotations: { 'kiavi.eu/owner': 'customers/acme' }, resourceVersion: '7' },
}
const record = (number: number): RecoveryRecord => ({
  ...{ number, object: `set ${number}`, core: 'c', version: 'v', journal: 'j', parts: 2 },
  ...{ at: '2026-01-01T00:00:00.000Z', expiresAt: '2026-03-02T00:00:00.000Z' },
})

describe('withRecord', () => {
  it('notes the newest set of each store, and changes nothing else', () => {
    const noted = withRecord(withRecord(withRecord(secret, 'a', record(1)), 'b', record(1)), 'a', record(2))
    expect(readRecords(noted)).toEqual({ a: record(2), b: record(1) })
    const { annotations, ...metadata } = noted.metadata
    expect({ ...noted, metadata }).toEqual({ ...secret, metadata: { name: 'tenant', resourceVersion: '7' } })
    expect(annotations?.['kiavi.eu/owner']).toBe('customers/acme')
  })
})

describe('readRecords', () => {
  it.each(['', 'nonsense', '[]', '{"a":{"number":0}}'])(
    'takes %j for none: a set is written anew',
    (text) => {
      const annotations = { 'kiavi.eu/recovery': text }
      expect(readRecords({ ...secret, metadata: { name: 'tenant', annotations } })).toEqual({})
    },
  )

  it('has none where there is no Secret', () => {
    expect(readRecords(undefined)).toEqual({})
  })
})
