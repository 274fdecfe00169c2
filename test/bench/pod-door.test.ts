import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KeyRing } from '../../runtime/src/keys/key-ring.ts'
import { freePorts } from '../cluster/free-ports.ts'
import { podWith } from '../cluster/process-kubelet/fixtures.ts'
import { makeSigningKey, mountKeys } from '../support/tenant-files.ts'
import { openDoor } from './pod-door.ts'

const quiet = { loaded: () => {}, refused: () => {} }
const clocks = { monotonic: () => performance.now(), wall: () => new Date() }

describe('openDoor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-door-'))
  const failures: Error[] = []
  const key = makeSigningKey()
  let http = 0
  let metrics = 0
  let close = () => {}
  const ask = async (port: number, path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    return { status: response.status, headers: response.headers, body: (await response.json()) as object }
  }

  beforeAll(async () => {
    ;[http = 0, metrics = 0] = await freePorts(2)
    const ports = [
      { name: 'http', containerPort: http },
      { name: 'metrics', containerPort: metrics },
    ]
    const failed = (error: Error) => failures.push(error)
    close = openDoor(podWith({ ports }), '127.0.0.1', { keys: new KeyRing(folder, quiet, clocks), failed })
  })
  afterAll(() => {
    close()
    rmSync(folder, { recursive: true })
  })

  it('is not ready without keys, and then says what it serves', async () => {
    expect(await ask(metrics, '/readyz')).toMatchObject({ status: 503, body: { ready: false, keySet: null } })
    mountKeys(folder, [key], { version: 7, jwksMaxAgeSeconds: 10 })
    await expect
      .poll(() => ask(metrics, '/readyz'), { timeout: 10_000 })
      .toMatchObject({ status: 200, body: { activeKid: key.publicKey.kid, keySet: { version: 7 } } })
  })

  it('shows the public keys with the max-age of the key set', async () => {
    const { status, headers, body } = await ask(http, '/.well-known/jwks.json')
    expect({ status, body }).toEqual({ status: 200, body: { keys: [key.publicKey] } })
    expect(headers.get('cache-control')).toBe('public, max-age=10')
  })

  it('has each path on its own port only', async () => {
    expect((await ask(http, '/readyz')).status).toBe(404)
    expect((await ask(metrics, '/.well-known/jwks.json')).status).toBe(404)
  })

  it('is shut when its pod has left', async () => {
    close()
    await expect(ask(http, '/.well-known/jwks.json')).rejects.toThrow('fetch failed')
    expect(failures).toEqual([])
  })
})
