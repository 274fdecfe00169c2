import { homedir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { cacheFolder, clusterFolder } from './folders.ts'

describe('cacheFolder', () => {
  it.each([
    { because: 'nothing is said', env: {}, is: `${homedir()}/.cache/kiavi` },
    { because: 'the desktop says where caches are', env: { XDG_CACHE_HOME: '/c' }, is: '/c/kiavi' },
    { because: 'we are told', env: { XDG_CACHE_HOME: '/c', KIAVI_CLUSTER_CACHE: '/k' }, is: '/k' },
    {
      because: 'an empty word says nothing',
      env: { KIAVI_CLUSTER_CACHE: '', XDG_CACHE_HOME: '' },
      is: `${homedir()}/.cache/kiavi`,
    },
  ])('is $is when $because', ({ env, is }) => {
    expect(cacheFolder(env)).toBe(is)
  })
})

describe('clusterFolder', () => {
  it('is one folder for each name', () => {
    expect(clusterFolder('demo', { KIAVI_CLUSTER_CACHE: '/k' })).toBe('/k/clusters/demo')
  })
})
