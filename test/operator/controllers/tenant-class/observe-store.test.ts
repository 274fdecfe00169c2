import { describe, expect, it } from 'vitest'
import { observeStore } from '../../../../operator/src/controllers/tenant-class/observe-store.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { classWithStore, recipient, s3 } from '../backup/rendering.ts'
import { SimulatedCluster } from '../tenant/simulated-cluster.ts'
import { tenantClass } from '../tenant/world.ts'

const namespace = 'kiavi-system'
const withCA = { s3: { ...s3, caSecretName: 'store-ca' } }

function look(spec: Parameters<typeof observeStore>[0], secrets: Record<string, Record<string, string>>) {
  const cluster = new SimulatedCluster(() => {})
  for (const [name, files] of Object.entries(secrets))
    cluster.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data: encode(files) })
  return observeStore(spec, { cluster, namespace, note: undefined })
}
const credentials = { accessKeyID: 'id', secretAccessKey: 'key' }

describe('observeStore', () => {
  it('sees nothing of a class without a store', async () => {
    expect(await look(tenantClass(), {})).toBeUndefined()
  })

  it('asks for no Secret where the store is a volume', async () => {
    const seen = await look(classWithStore({ volume: { claimName: 'backups' } }), {})
    expect(seen).toEqual({ missing: undefined, recoveryRecipient: recipient, note: undefined })
  })

  it.each([
    { because: 'it is not there', secrets: {}, missing: 'store-credentials' },
    {
      because: 'it lacks a key',
      secrets: { 'store-credentials': { accessKeyID: 'id' } },
      missing: 'store-credentials',
    },
    {
      because: 'a key of it is empty',
      secrets: { 'store-credentials': { ...credentials, secretAccessKey: '' } },
      missing: 'store-credentials',
    },
    { because: 'the CA is missing', secrets: { 'store-credentials': credentials }, missing: 'store-ca' },
    {
      because: 'all are whole',
      secrets: { 'store-credentials': credentials, 'store-ca': { 'ca.crt': 'pem' } },
      missing: undefined,
    },
  ])('misses $missing: $because', async ({ secrets, missing }) => {
    expect((await look(classWithStore(withCA), secrets))?.missing?.secret).toBe(missing)
  })
})
