import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { ProjectionCache } from '../../../operator/src/kube/projection-cache.ts'

const step = fc.oneof(
  fc.record({
    do: fc.constantFrom('create' as const, 'update' as const, 'delete' as const, 'recreate' as const),
    name: fc.constantFrom('a', 'b', 'c', 'd'),
  }),
  fc.record({ do: fc.constant('deliver' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('relist' as const) }),
  fc.record({ do: fc.constant('answer' as const), which: fc.nat(100) }),
)

interface Value {
  uid: string
  name: string
  resourceVersion: number
}

/** A server: what is true, and everything that ever happened. */
function server() {
  let revision = 8 // so that the numbers gain a digit on the way
  const truth = new Map<string, KubeObject>()
  const history: { type: 'put' | 'remove'; object: KubeObject }[] = []
  const write = (name: string, uid: string): void => {
    const metadata = { namespace: 'n', name, uid, resourceVersion: String(++revision) }
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata }
    truth.set(name, object)
    history.push({ type: 'put', object })
  }
  const remove = (name: string): void => {
    const object = truth.get(name)
    if (!object) return
    truth.delete(name)
    const metadata = { ...object.metadata, resourceVersion: String(++revision) }
    history.push({ type: 'remove', object: { ...object, metadata } })
  }
  return { truth, history, write, remove, revision: () => revision }
}

describe('ProjectionCache, whatever comes in whichever order', () => {
  it('ends equal to the truth of the server, and its changes add up to it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { truth, history, write, remove, revision } = server()
        const cache = new ProjectionCache<Value>(
          ({ metadata }) => ({
            uid: metadata.uid!,
            name: metadata.name,
            resourceVersion: Number(metadata.resourceVersion),
          }),
          { uid: ({ uid }) => [uid] },
        )
        const told = new Map<string, Value>()
        const hear = (changes: ReturnType<typeof cache.put>) => {
          for (const { name, before, after } of changes) {
            expect(told.get(name)).toEqual(before)
            if (after) told.set(name, after)
            else told.delete(name)
          }
        }
        let next = 0
        const deliver = () => {
          const event = history[next++]
          if (event) hear(event.type === 'put' ? cache.put(event.object) : cache.remove(event.object))
        }
        const relist = () => {
          hear(cache.replace([...truth.values()], String(revision())))
          next = history.length
        }
        relist()
        for (const step of steps) {
          if (step.do === 'deliver')
            for (let count = 0; count < step.count && next < history.length; count++) deliver()
          else if (step.do === 'relist') relist()
          else if (step.do === 'answer') {
            const writes = history.filter(({ type }) => type === 'put')
            const write = writes[step.which % Math.max(writes.length, 1)]
            if (write) hear(cache.written(write.object))
          } else if (step.do === 'delete') remove(step.name)
          else if (step.do === 'recreate') {
            remove(step.name)
            write(step.name, `uid-${revision()}`)
          } else {
            const uid = truth.get(step.name)?.metadata.uid
            if ((uid !== undefined) === (step.do === 'update')) write(step.name, uid ?? `uid-${revision()}`)
          }
        }
        while (next < history.length) deliver()

        const expected = [...truth.values()].map(({ metadata }) => metadata.uid).sort()
        expect(
          cache
            .values()
            .map(({ uid }) => uid)
            .sort(),
        ).toEqual(expected)
        for (const [name, { metadata }] of truth) {
          const value = cache.get({ namespace: 'n', name })
          expect(value?.resourceVersion).toBe(Number(metadata.resourceVersion))
          expect(cache.by('uid', metadata.uid!)).toEqual([value])
          expect(told.get(name)).toEqual(value)
        }
        expect(told.size).toBe(truth.size)
      }),
      { numRuns: 1_000 },
    )
  })
})
