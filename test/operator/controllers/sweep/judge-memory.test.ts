import { describe, expect, it } from 'vitest'
import { judgeMemory } from '../../../../operator/src/controllers/sweep/judge-memory.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'

const record = (cluster?: string, confirmed?: string) => ({
  ...{ apiVersion: 'v1', kind: 'Secret' },
  metadata: {
    name: 'installation',
    ...(confirmed === undefined ? {} : { annotations: { 'kiavi.eu/tenants-are-back': confirmed } }),
  },
  data: encode(cluster === undefined ? { id: 'i' } : { id: 'i', cluster }),
})

describe('judgeMemory', () => {
  it.each([
    { because: 'the installation was made here', of: record('here'), is: 'Whole' },
    { because: 'it was made elsewhere', of: record('elsewhere'), is: 'Lost' },
    { because: 'a person said that all are back', of: record('elsewhere', 'here'), is: 'Whole' },
    { because: 'a person said so of a cluster before', of: record('first', 'second'), is: 'Lost' },
    { because: 'nobody knows where it was made', of: record(), is: 'Lost' },
    { because: 'the record is gone', of: undefined, is: 'Lost' },
  ])('is $is: $because', ({ of, is }) => {
    expect(judgeMemory(of, 'here')).toBe(is)
  })

  it('is lost where the cluster does not say who it is', () => {
    expect(judgeMemory(record('here', 'here'), undefined)).toBe('Lost')
  })
})
