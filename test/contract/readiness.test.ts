import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpProbe } from '../../operator/src/providers/runtime/http-probe.ts'
import { schemaVersion } from '../../runtime/src/db/schema-version.ts'
import { KeyRing } from '../../runtime/src/keys/key-ring.ts'
import { checkReadiness } from '../../runtime/src/readiness.ts'
import { makeSigningKey, mountKeys } from '../support/tenant-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiavi-readiness-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('what a pod says of its keys', () => {
  it('is what the operator reads of it', async () => {
    let now = 0
    const silent = { loaded: () => undefined, refused: () => undefined }
    const keys = new KeyRing(folder, silent, { monotonic: () => now, wall: () => new Date() })
    const [active, standby] = [makeSigningKey(), makeSigningKey()]
    mountKeys(folder, [active], { version: 3 })
    await keys.current()
    mountKeys(folder, [active, standby], { version: 4 })
    now = 10_000
    const store = { readSchemaVersion: () => Promise.resolve(schemaVersion) }
    const said = async () => checkReadiness({ store, keys, version: '0.1.0', draining: () => false })
    await said()
    now = 75_900
    const probe = createHttpProbe(async (url) =>
      url === 'http://10.0.0.1:9464/readyz'
        ? Response.json(await said())
        : new Response((await keys.current())?.jwks.body.toString()),
    )
    expect(await probe.ask({ address: '10.0.0.1', http: 8080, metrics: 9464 })).toEqual({
      readiness: {
        ready: true,
        schemaVersion,
        activeKid: active.publicKey.kid,
        kids: [active.publicKey.kid, standby.publicKey.kid],
        keySet: {
          version: 4,
          activeSeconds: 75,
          keys: [
            { kid: active.publicKey.kid, seconds: 75, always: true },
            { kid: standby.publicKey.kid, seconds: 65, always: false },
          ],
        },
        version: '0.1.0',
      },
      published: [active.publicKey.kid, standby.publicKey.kid],
      fault: undefined,
    })
  })
})
