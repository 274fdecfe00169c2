import { type ClassWithStore, credentialKeys } from '../rendering.ts'
import { type Mount, claimedVolume, configMount, secretFiles } from './volumes.ts'

/** What a container that reaches the store mounts: its credential and CA, or the volume itself. */
export function storeVolumes({ store: { s3, volume } }: ClassWithStore['backups']): {
  volumes: { name: string }[]
  mounts: Mount[]
} {
  const ca = s3?.caSecretName
  const files = Object.fromEntries(credentialKeys.map((key) => [key, key]))
  return {
    volumes: [
      ...(s3 ? [secretFiles('store', s3.credentialsSecretName, files)] : []),
      ...(ca === undefined ? [] : [secretFiles('store-ca', ca, { 'ca.crt': 'ca.crt' })]),
      ...(volume ? [claimedVolume('volume', volume.claimName)] : []),
    ],
    mounts: [
      ...(s3 ? [configMount('store')] : []),
      ...(ca === undefined ? [] : [configMount('store-ca')]),
      ...(volume ? [{ name: 'volume', mountPath: '/var/lib/kiavi/store' }] : []),
    ],
  }
}
