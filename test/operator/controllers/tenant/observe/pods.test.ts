import { describe, expect, it } from 'vitest'
import { withReturning } from '../../../../../operator/src/controllers/tenant/observe/pods.ts'
import { type PodSeen } from '../../../../../operator/src/controllers/tenant/observed.ts'
import { type KubeObject } from '../../../../../operator/src/kube/port.ts'

const seen = (serving: boolean): PodSeen => ({
  ...{ pod: 'a', serving },
  ...{ answer: undefined, published: undefined, keys: undefined, fault: 'no answer' },
})
const pod = (metadata: object, ...started: boolean[]): KubeObject => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', ...metadata } },
  status: { containerStatuses: started.map((each) => ({ name: 'runtime', started: each })) },
})
const of = (...pods: KubeObject[]) => ({ list: () => Promise.resolve(pods) })
const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z' }

describe('withReturning', () => {
  it.each([
    { live: [pod({}, true)], expected: true, because: 'its container runs, its node may be cut off' },
    { live: [pod({}, false)], expected: false, because: 'it starts, and will begin with what is there' },
    { live: [pod({})], expected: false, because: 'nothing of it ever ran' },
    { live: [pod(deleted, true)], expected: false, because: 'it is on its way out' },
    { live: [], expected: false, because: 'it is gone' },
  ])('says of a pod that takes no request whether it may come back: $because', async ({ live, expected }) => {
    expect(await withReturning([seen(false)], 't', of(...live))).toEqual([
      { ...seen(false), mayReturn: expected },
    ])
  })

  it('asks nobody while every pod serves', async () => {
    const list = () => Promise.reject(new Error('Nobody is asked.'))
    expect(await withReturning([seen(true)], 't', { list })).toEqual([seen(true)])
  })
})
