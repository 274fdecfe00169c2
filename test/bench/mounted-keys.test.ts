import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KubeClient } from '../cluster/kube-client.ts'
import { podWith } from '../cluster/process-kubelet/fixtures.ts'
import { mountedKeys } from './mounted-keys.ts'

const pod = podWith({}, { volumes: [{ name: 'keys', secret: { secretName: 'signing-keys' } }] })

describe('mountedKeys', () => {
  let folder: string
  let secret: Record<string, string> | undefined
  let isHeld: boolean
  let asked: string[]
  const find = (path: string) => {
    asked.push(path)
    const data: Record<string, string> = {}
    for (const [name, text] of Object.entries(secret ?? {})) data[name] = btoa(text)
    return Promise.resolve(secret && { metadata: { name: 'signing-keys' }, data })
  }
  const mounting = () =>
    mountedKeys({
      client: { find } as unknown as KubeClient,
      folder: join(folder, 'keys'),
      podIP: '10.98.0.2',
      pod: () => pod,
      isHeld: () => isHeld,
    })
  const seen = () => readFileSync(join(folder, 'keys/keyset.json'), 'utf8')
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiavi-mounted-'))
    secret = { 'keyset.json': 'one' }
    isHeld = false
    asked = []
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('brings the Secret of its own namespace, and its changes', async () => {
    const keys = mounting()
    expect(keys.isThere()).toBe(false)
    await keys.bring()
    expect([keys.isThere(), seen()]).toEqual([true, 'one'])
    secret = { 'keyset.json': 'two' }
    await keys.bring()
    expect(seen()).toBe('two')
    expect(new Set(asked)).toEqual(new Set(['/api/v1/namespaces/shop/secrets/signing-keys']))
  })

  it('brings what was written before the last call, when it is called while it brings', async () => {
    const keys = mounting()
    const first = keys.bring()
    secret = { 'keyset.json': 'two' }
    await Promise.all([first, keys.bring()])
    expect(seen()).toBe('two')
  })

  it('waits for a Secret that is not there yet', async () => {
    secret = undefined
    const keys = mounting()
    await keys.bring()
    expect(keys.isThere()).toBe(false)
    secret = { 'keyset.json': 'one' }
    await keys.bring()
    expect(keys.isThere()).toBe(true)
  })

  it('brings nothing while it is held', async () => {
    const keys = mounting()
    await keys.bring()
    isHeld = true
    secret = { 'keyset.json': 'two' }
    await keys.bring()
    expect(seen()).toBe('one')
  })

  it('leaves nothing behind, not even what was under way', async () => {
    const keys = mounting()
    const bringing = keys.bring()
    keys.remove()
    await bringing
    expect(existsSync(join(folder, 'keys'))).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })
})
