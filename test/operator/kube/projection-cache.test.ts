import { beforeEach, describe, expect, it } from 'vitest'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { ProjectionCache } from '../../../operator/src/kube/projection-cache.ts'

const object = (name: string, uid: string, resourceVersion: string, color = 'red'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'n', name, uid, resourceVersion },
  data: { color, secret: 'never kept' },
})
const color = ({ data }: KubeObject) => (data as { color: string }).color

describe('ProjectionCache', () => {
  let cache: ProjectionCache<string>
  beforeEach(() => {
    cache = new ProjectionCache(color, { color: (value) => [value] })
    cache.replace([object('a', 'u1', '5')], '10')
  })

  it('keeps projections, not objects (row 13)', () => {
    expect(cache.values()).toEqual(['red'])
    expect(cache.get({ namespace: 'n', name: 'a' })).toBe('red')
    expect(cache.get({ namespace: 'other', name: 'a' })).toBeUndefined()
  })

  it('makes the delete that a list or a watch left out when a name was given to a new object (row 5)', () => {
    const changes = [
      { namespace: 'n', name: 'a', before: 'red' },
      { namespace: 'n', name: 'a', after: 'blue' },
    ]
    expect(cache.replace([object('a', 'u2', '12', 'blue')], '12')).toEqual(changes)
    expect(cache.put(object('a', 'u3', '13', 'green'))).toEqual([
      { namespace: 'n', name: 'a', before: 'blue' },
      { namespace: 'n', name: 'a', after: 'green' },
    ])
    expect(cache.size).toBe(1)
  })

  it('is not moved back in time by an older object (row 6)', () => {
    cache.put(object('a', 'u1', '12', 'blue'))
    expect(cache.put(object('a', 'u1', '11', 'green'))).toEqual([])
    expect(cache.remove(object('a', 'u1', '9'))).toEqual([])
    expect(cache.get({ namespace: 'n', name: 'a' })).toBe('blue')
  })

  it('tells nothing when the projection stayed as it was', () => {
    expect(cache.put(object('a', 'u1', '12'))).toEqual([])
  })

  it('finds by index, before and after a change', () => {
    expect(cache.by('color', 'red')).toEqual(['red'])
    cache.put(object('a', 'u1', '12', 'blue'))
    expect(cache.by('color', 'red')).toEqual([])
    expect(cache.by('color', 'blue')).toEqual(['blue'])
    expect(() => cache.by('size', 'l')).toThrow('no index "size"')
  })

  it('shows our own write before the watch does, and keeps it over a list from before', () => {
    expect(cache.written(object('b', 'u2', '11'))).toEqual([{ namespace: 'n', name: 'b', after: 'red' }])
    cache.replace([object('a', 'u1', '5')], '10')
    expect(cache.get({ namespace: 'n', name: 'b' })).toBe('red')
    cache.replace([object('a', 'u1', '5')], '12')
    expect(cache.get({ namespace: 'n', name: 'b' })).toBeUndefined()
  })

  it('does not bring back an object whose deletion it saw before the late answer to a write', () => {
    cache.put(object('b', 'u2', '11'))
    cache.remove(object('b', 'u2', '12'))
    expect(cache.written(object('b', 'u2', '11'))).toEqual([])
    expect(cache.size).toBe(1)
  })

  it('takes an object back that left the label selector and came again', () => {
    cache.remove(object('a', 'u1', '12'))
    expect(cache.put(object('a', 'u1', '13'))).toHaveLength(1)
  })

  it('refuses what has no identity', () => {
    expect(() => cache.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } })).toThrow(
      'without uid',
    )
  })
})
