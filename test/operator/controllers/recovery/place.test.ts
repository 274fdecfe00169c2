import { describe, expect, it } from 'vitest'
import { offlinePlace, placeKey } from '../../../../operator/src/controllers/recovery/place.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { classWithStore, s3 } from '../backup/rendering.ts'

const holding = (secrets: Record<string, Record<string, string>>) => ({
  get: (_kind: unknown, { name }: { name: string }) => {
    const files = secrets[name]
    return Promise.resolve(
      files && { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: encode(files) },
    )
  },
})
const credentials = { accessKeyID: 'id\n', secretAccessKey: 'key' }

describe('offlinePlace', () => {
  it('has the credential that the Secret holds now', async () => {
    const cluster = holding({ 'store-credentials': credentials, ca: { 'ca.crt': 'PEM' } })
    expect(
      await offlinePlace(classWithStore({ s3: { ...s3, caSecretName: 'ca' } }), cluster, 'here'),
    ).toEqual({
      kind: 's3',
      options: {
        ...{ endpoint: s3.endpoint, region: s3.region, bucket: s3.bucket, prefix: '', forcePathStyle: true },
        ...{ credentials: { accessKeyID: 'id', secretAccessKey: 'key' }, ca: 'PEM' },
      },
    })
  })

  it('is a claim where backups lie on a volume', async () => {
    const tenantClass = classWithStore({ volume: { claimName: 'backups' } })
    expect(await offlinePlace(tenantClass, holding({}), 'here')).toEqual({
      kind: 'volume',
      claimName: 'backups',
    })
  })

  it.each([
    { secrets: {}, says: 'Secret store-credentials in namespace here' },
    { secrets: { 'store-credentials': { accessKeyID: 'id' } }, says: 'accessKeyID, secretAccessKey' },
    { secrets: { 'store-credentials': credentials }, says: 'Secret ca in namespace here' },
  ])('says what is missing: $says', async ({ secrets, says }) => {
    const place = await offlinePlace(
      classWithStore({ s3: { ...s3, caSecretName: 'ca' } }),
      holding(secrets),
      'here',
    )
    expect(place).toMatchObject({ missing: expect.stringContaining(says) as string })
  })
})

describe('placeKey', () => {
  it('is the same whoever may enter, and another for another place', () => {
    const key = placeKey(classWithStore({ s3 }))
    expect(placeKey(classWithStore({ s3: { ...s3, credentialsSecretName: 'others' } }))).toBe(key)
    expect(placeKey(classWithStore({ s3: { ...s3, bucket: 'others' } }))).not.toBe(key)
    expect(placeKey(classWithStore({ volume: { claimName: 'backups' } }))).toBe('volume backups')
  })
})
