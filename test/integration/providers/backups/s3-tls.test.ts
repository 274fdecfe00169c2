import { request } from 'node:http'
import { type Server, createServer } from 'node:https'
import { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreRefused } from '../../../../operator/src/providers/backups/errors.ts'
import { createS3Store } from '../../../../operator/src/providers/backups/s3.ts'
import { verifyStored } from '../../../../operator/src/providers/backups/verify-stored.ts'
import { createAuthority } from '../../../cluster/pki.ts'
import { noise } from '../../../support/backup-store/noise.ts'
import { type S3Lab, startS3Lab } from '../../../support/backup-store/s3-lab.ts'

const MiB = 2 ** 20
const expiresAt = new Date('2026-12-22T02:00:00Z')

describe('createS3Store over TLS', () => {
  let lab: S3Lab
  let front: Server
  let ca: string
  let endpoint: string
  beforeAll(async () => {
    lab = await startS3Lab()
    const authority = await createAuthority('a CA of the platform')
    ca = authority.cert
    const { cert, key } = await authority.issue({ commonName: 's3', ips: ['127.0.0.1'], usage: 'server' })
    front = createServer({ cert, key }, (client, response) => {
      const { method, url, headers } = client
      const upstream = request(lab.options().endpoint, { method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      upstream.on('error', () => response.destroy())
      client.pipe(upstream)
    })
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
    endpoint = `https://127.0.0.1:${(front.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    front.closeAllConnections()
    front.close()
    await lab.stop()
  })

  it.each([
    { bytes: 1_000, because: 'in one piece' },
    { bytes: 20 * MiB, because: 'in parts: the SDK has another connection for large bodies' },
  ])('trusts the CA that the class names, for $bytes bytes $because', async ({ bytes }) => {
    const store = createS3Store(lab.options({ endpoint, ca }))
    const done = await store.put({ name: `${bytes}.age`, expiresAt }, noise('a', bytes))
    await verifyStored(store, done)
    store.close()
  })

  it('trusts no other, does not try again, and says what to do', async () => {
    const store = createS3Store(lab.options({ endpoint }))
    const failure: unknown = await store.head('1.age').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreRefused)
    expect((failure as Error).message).toMatch(/certificate.*Put the CA that signed its certificate/)
    store.close()
  })
})
