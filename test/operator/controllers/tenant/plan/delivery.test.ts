import { describe, expect, it } from 'vitest'
import { type PodKeys } from '../../../../../operator/src/controllers/tenant/keys/evidence.ts'
import { type PodSeen } from '../../../../../operator/src/controllers/tenant/observed.ts'
import { planDelivery } from '../../../../../operator/src/controllers/tenant/plan/delivery.ts'
import { A, B, key, ledger, pod } from '../keys/examples.ts'

const newest = ledger(key(B, 'Active'), key(A, 'Destroyed'))
const seen = (name: string, keys: Partial<PodKeys> | undefined, more: Partial<PodSeen> = {}): PodSeen => ({
  ...{ pod: name, serving: true, answer: undefined, published: undefined, fault: undefined },
  keys: keys && pod(B, [B], keys),
  ...more,
})
const current = (name: string) => seen(name, {})
const late = (name: string, more: Partial<PodSeen> = {}) => seen(name, { version: 2 }, more)
const told = { nudged: '3' }
const steps = (pods: PodSeen[], lagsForMs = 0) =>
  planDelivery(newest, { pods, seenForMs: () => lagsForMs }).steps

describe('planDelivery', () => {
  it('does nothing where all have the newest', () => {
    expect(steps([current('a'), current('b')], 1e9)).toEqual([])
  })
  it('tells each that is late, once for each set, also one that is not ready yet', () => {
    const pods = [late('a', { nudged: '2' }), late('b', { serving: false }), late('c', told)]
    expect(steps(pods)).toEqual([
      { do: 'nudgePod', pod: 'a', version: 3 },
      { do: 'nudgePod', pod: 'b', version: 3 },
    ])
  })
  it.each([
    { because: 'one that serves has followed', pods: [current('a'), late('b', told)], from: 25_000 },
    { because: 'none has: it may come by itself', pods: [late('b', told)], from: 150_000 },
    {
      because: 'what has followed does not serve',
      pods: [{ ...current('a'), serving: false }, late('b', told)],
      from: 150_000,
    },
    {
      because: 'it shows a key that must not be trusted',
      pods: [late('b', { ...told, keys: pod(A, [A, B], { version: 2 }) })],
      from: 12_000,
    },
  ])('replaces one after $from ms when $because', ({ pods, from }) => {
    expect(steps(pods, from - 1)).toEqual([])
    expect(steps(pods, from)).toEqual([{ do: 'replacePod', pod: 'b', version: 3 }])
  })
  const revoked = pod(A, [A, B], { version: 2 })
  it.each([
    { because: 'its way out has begun', pods: [current('a'), late('b', { ...told, leaving: true })] },
    {
      because: 'another one is leaving',
      pods: [current('a'), late('b', told), late('c', { leaving: true })],
    },
  ])('leaves it alone when $because', ({ pods }) => {
    expect(steps(pods, 1e9)).toEqual([])
  })
  it.each([
    { because: 'the first one that followed serves', before: [current('a')], from: 12_000 },
    { because: 'none has followed yet', before: [], from: 25_000 },
  ])('replaces the second one with a revoked key after $from ms when $because', ({ before, from }) => {
    const gone = late('b', { ...told, keys: revoked, leaving: true })
    const pods = [...before, gone, late('c', { ...told, keys: revoked })]
    expect(steps(pods, from - 1)).toEqual([])
    expect(steps(pods, from)).toEqual([{ do: 'replacePod', pod: 'c', version: 3 }])
  })
  it('replaces one at a time', () => {
    expect(steps([current('a'), late('b', told), late('c', told)], 60_000)).toHaveLength(1)
  })
})
