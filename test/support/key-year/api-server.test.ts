import { describe, expect, it } from 'vitest'
import { KubeAlreadyExists, KubeConflict, KubeNotFound } from '../../../operator/src/kube/errors.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { ApiServer } from './api-server.ts'

const server = () => new ApiServer(() => new Date(0))
const name = { namespace: 'n', name: 'a' }
const of = (kind: string, more: object = {}): KubeObject => ({
  ...{ apiVersion: 'v1', kind, metadata: { ...name } },
  ...more,
})

describe('ApiServer', () => {
  it('refuses a write that was decided on an older look', () => {
    const api = server()
    const seen = api.create(of('Secret', { data: { a: '1' } }))
    api.replace({ ...seen, data: { a: '2' } })
    expect(() => api.replace({ ...seen, data: { a: '3' } })).toThrow(KubeConflict)
    const { resourceVersion } = seen.metadata
    expect(() => api.patch('Secret', name, { metadata: { resourceVersion } })).toThrow(KubeConflict)
    expect(() => api.delete('Secret', name, { uid: 'another' })).toThrow(KubeConflict)
  })

  it('keeps what is done in a copy of it there', () => {
    const api = server()
    const before = api.create(of('Secret', { data: { a: '1' } }))
    const copy = api.fork()
    copy.replace({ ...before, data: { a: '2' } })
    copy.create(of('ConfigMap'))
    expect(api.all()).toEqual([before])
    expect(copy.all()).toHaveLength(2)
  })

  it('makes an object once and patches only what is there', () => {
    const api = server()
    api.create(of('Secret'))
    expect(() => api.create(of('Secret'))).toThrow(KubeAlreadyExists)
    expect(() => api.patch('Secret', { ...name, name: 'b' }, {})).toThrow(KubeNotFound)
  })

  it('counts generations by the spec, and keeps status apart from it', () => {
    const api = server()
    api.create(of('KiaviTenant', { spec: { host: 'a' }, status: { tenantID: 'stranger' } }))
    expect(api.get('KiaviTenant', name)?.['status']).toBeUndefined()
    const told = api.patch('KiaviTenant', name, { status: { tenantID: 'x' }, spec: { host: 'b' } }, 'status')
    expect(told).toMatchObject({
      metadata: { generation: 1 },
      spec: { host: 'a' },
      status: { tenantID: 'x' },
    })
    const edited = api.patch('KiaviTenant', name, { spec: { host: 'b' }, status: { tenantID: 'y' } })
    expect(edited).toMatchObject({
      metadata: { generation: 2 },
      spec: { host: 'b' },
      status: { tenantID: 'x' },
    })
  })

  it('says nothing of a write that changes nothing', () => {
    const api = server()
    const made = api.create(of('Secret', { data: { a: '1' } }))
    const heard: string[] = []
    api.watch(({ kind }) => heard.push(kind))
    expect(api.replace({ ...made, data: { a: '1' } }).metadata.resourceVersion).toBe(
      made.metadata.resourceVersion,
    )
    expect(heard).toEqual([])
  })

  it('lets a pod end in its own time', () => {
    const api = server()
    const { metadata } = api.create(of('Pod'))
    api.delete('Pod', name, { uid: metadata.uid ?? '' })
    expect(api.get('Pod', name)?.metadata.deletionTimestamp).toBeDefined()
    api.remove('Pod', name)
    expect(api.get('Pod', name)).toBeUndefined()
  })

  it('gives what nobody can change', () => {
    const made = server().create(of('Secret', { data: { a: '1' } }))
    expect(() => {
      ;(made['data'] as Record<string, string>)['a'] = '2'
    }).toThrow(TypeError)
  })
})
