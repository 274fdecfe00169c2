import { describe, expect, it } from 'vitest'
import { keysAgainMs } from '../../../../../operator/src/controllers/tenant/keys/again.ts'
import { A, B, C, after, key, ledger, pod, terms } from './examples.ts'

const about = { tenantID: 't', terms: { ...terms, rotationDays: 0 }, rotation: undefined }
const of = (...keys: Parameters<typeof ledger>) => ledger(...keys)
const rested = of(key(A, 'Active'), key(B, 'Published'))
const quiet = { quietSince: after(0).toISOString() }
const serving = [
  {
    ...{ pod: 'a', serving: true, answer: undefined, published: undefined, fault: undefined },
    keys: pod(A, [A]),
  },
]

describe('keysAgainMs', () => {
  it.each([
    { because: 'nothing is under way', keys: rested, expected: undefined },
    {
      because: 'pods are being given a key',
      keys: of(key(A, 'Active'), key(B, 'Generated')),
      expected: 2_000,
    },
    {
      because: 'a pod may still sign with the old one',
      keys: of(key(B, 'Active'), key(A, 'Retiring')),
      expected: 2_000,
    },
    {
      because: 'a pod is late',
      keys: rested,
      pods: [{ ...serving[0]!, keys: pod(A, [A], { version: 2 }) }],
      expected: 2_000,
    },
    {
      because: 'tokens of the old one expire by and by',
      keys: of(key(B, 'Active'), key(C, 'Published'), key(A, 'Retiring', quiet)),
      now: after(60),
      expected: 1_500_000,
    },
    {
      because: 'a moment has passed and a pod has still to be seen',
      keys: of(key(B, 'Active'), key(C, 'Published'), key(A, 'Retiring', quiet)),
      now: after(9000),
      expected: 10_000,
    },
    { because: 'a rotation is asked for', keys: rested, rotation: 'n', now: after(60), expected: 600_000 },
  ])('is $expected when $because', ({ keys, pods, rotation, now = after(0), expected }) => {
    expect(keysAgainMs(keys, pods ?? serving, { ...about, rotation, now })).toBe(expected)
  })

  it('looks at the day on which the next rotation is due', () => {
    const yearly = { ...about, terms: { ...terms, rotationDays: 365 } }
    expect(keysAgainMs(rested, serving, { ...yearly, now: after(0) })).toBeGreaterThan(300 * 86_400_000)
  })
})
