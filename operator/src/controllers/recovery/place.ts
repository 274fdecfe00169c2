import { type Cluster } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { type OfflinePlace } from '../../providers/backups/offline-port.ts'
import { credentialKeys } from '../backup/rendering.ts'
import { type ClassWithStore } from '../backup/rendering.ts'
import { decode } from '../tenant/secrets/data.ts'

/** A Secret that the class names lacks what is needed; a sentence. */
export interface PlaceMissing {
  missing: string
}

/** Where a class keeps its backups, with the credential that its Secret holds now. */
export async function offlinePlace(
  { backups: { store } }: ClassWithStore,
  cluster: Pick<Cluster, 'get'>,
  namespace: string,
): Promise<OfflinePlace | PlaceMissing> {
  const { s3, volume } = store
  if (!s3) return { kind: 'volume', claimName: volume?.claimName ?? '' }
  const filesOf = async (name: string, keys: readonly string[]) => {
    const files = decode((await cluster.get(kinds.Secret, { namespace, name }))?.['data'])
    return keys.every((key) => (files[key] ?? '') !== '') ? files : undefined
  }
  const lacking = (name: string, keys: readonly string[]): PlaceMissing => ({
    missing: `Secret ${name} in namespace ${namespace}, which the tenant's class names, must exist with non-empty keys ${keys.join(', ')}.`,
  })
  const credentials = await filesOf(s3.credentialsSecretName, credentialKeys)
  if (!credentials) return lacking(s3.credentialsSecretName, credentialKeys)
  const authority = s3.caSecretName === undefined ? {} : await filesOf(s3.caSecretName, ['ca.crt'])
  if (!authority) return lacking(s3.caSecretName ?? '', ['ca.crt'])
  const { endpoint, region, bucket, prefix, forcePathStyle } = s3
  const [accessKeyID = '', secretAccessKey = ''] = credentialKeys.map((key) => trimmed(credentials[key]))
  return {
    kind: 's3',
    options: {
      ...{ endpoint, region, bucket, prefix, forcePathStyle },
      credentials: { accessKeyID, secretAccessKey },
      ca: authority['ca.crt'],
    },
  }
}

/** The same text for the same store, whoever may enter it. */
export const placeKey = ({ backups: { store } }: ClassWithStore): string =>
  store.s3
    ? `s3 ${store.s3.endpoint} ${store.s3.bucket} ${store.s3.prefix}`
    : `volume ${store.volume?.claimName ?? ''}`

/** Without the newline that a person may have left. */
const trimmed = (text: string | undefined) => (text ?? '').replace(/[\r\n]+$/, '')
