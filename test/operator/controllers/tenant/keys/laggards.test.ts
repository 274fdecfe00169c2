import { describe, expect, it } from 'vitest'
import { laggards } from '../../../../../operator/src/controllers/tenant/keys/laggards.ts'
import { type PodSeen } from '../../../../../operator/src/controllers/tenant/observed.ts'
import { A, key, ledger, pod } from './examples.ts'

const newest = ledger(key(A, 'Active'))
const seen = (name: string, keys: PodSeen['keys']): PodSeen => ({
  ...{ pod: name, serving: true, answer: undefined, published: undefined, fault: undefined },
  keys,
})
const current = seen('a', pod(A, [A]))
const late = seen('b', pod(A, [A], { version: 2 }))
const silent = seen('c', undefined)
const ahead = seen('d', pod(A, [A], { version: 9 }))

describe('laggards', () => {
  it('are the pods that serve another set than the newest, not those that say nothing', () => {
    expect(laggards([current, late, silent, ahead], newest)).toEqual([late, ahead])
  })
})
