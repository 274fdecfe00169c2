import { masterSecret } from '../../../api/v1alpha1/names.ts'
import { type TenantRole } from '../../../providers/database/port.ts'
import { type ClassWithStore, credentialKeys } from '../rendering.ts'
import { type Mount, claimedVolume, configMount, memoryFolder, secretFiles } from './volumes.ts'

/** Volumes of a pod, and where a container of it has them. */
export interface Mounted {
  volumes: { name: string }[]
  mounts: Mount[]
}

const credentialFiles = Object.fromEntries(credentialKeys.map((key) => [key, key]))

/** What reaches the class's store: credential and CA, or the volume itself. */
export function storeAccess({ backups }: ClassWithStore): Mounted {
  const { s3, volume } = backups.store
  const ca = s3?.caSecretName
  const secrets = [
    ...(s3 ? [secretFiles('store', s3.credentialsSecretName, credentialFiles)] : []),
    ...(ca === undefined ? [] : [secretFiles('store-ca', ca, { 'ca.crt': 'ca.crt' })]),
  ]
  return {
    volumes: [...secrets, ...(volume ? [claimedVolume('volume', volume.claimName)] : [])],
    mounts: [
      ...secrets.map(({ name }) => configMount(name)),
      ...(volume ? [{ name: 'volume', mountPath: '/var/lib/kiavi/store' }] : []),
    ],
  }
}

/** What reaches a tenant's databases as one of its roles. */
export function databaseAccess(
  tenantID: string,
  role: TenantRole,
  { database }: Pick<ClassWithStore, 'database'>,
): Mounted {
  const ca = database.caSecretName
  const volumes = [
    secretFiles('database', masterSecret.database(tenantID), { [role]: 'password' }),
    ...(ca === undefined ? [] : [secretFiles('database-ca', ca, { 'ca.crt': 'ca.crt' })]),
  ]
  return { volumes, mounts: volumes.map(({ name }) => configMount(name)) }
}

/** A folder in memory that this container alone mounts. */
export const privateFolder = (container: string): Mounted => ({
  volumes: [memoryFolder(`private-${container}`)],
  mounts: [{ name: `private-${container}`, mountPath: '/run/kiavi/private' }],
})

/** The pipe between two containers; each mounts it. */
export const pipe: Mounted = {
  volumes: [memoryFolder('pipe')],
  mounts: [{ name: 'pipe', mountPath: '/run/kiavi/pipe' }],
}
