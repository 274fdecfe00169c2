import { type TenantClassSpec } from '../../api/v1alpha1/tenant-class.ts'
import { type InstallationKeys } from '../../backups/installation-key.ts'
import { type Manifest } from '../../backups/manifest.ts'
import { type BackupName } from '../../backups/object-name.ts'
import { type OperatorIdentity } from '../tenant/rendering.ts'

/** The image with the programs of the Jobs, and how it is run. */
export interface JobsImage {
  image: string
  pullPolicy: 'IfNotPresent' | 'Always' | 'Never'
  /** What a container of a Job may use at most, such as 512Mi. */
  memory: string
}

/** A class that has a store. */
export type ClassWithStore = TenantClassSpec & { backups: NonNullable<TenantClassSpec['backups']> }

/** Secrets that a store names, each with the keys that it must have. */
export const storeSecrets = ({
  store: { s3 },
}: ClassWithStore['backups']): { name: string; keys: string[] }[] => [
  ...(s3 ? [{ name: s3.credentialsSecretName, keys: [...credentialKeys] }] : []),
  ...(s3?.caSecretName === undefined ? [] : [{ name: s3.caSecretName, keys: ['ca.crt'] }]),
]

/** Keys of the Secret with a store's credential, which are its files too. */
export const credentialKeys = ['accessKeyID', 'secretAccessKey'] as const

export const hasStore = (spec: TenantClassSpec): spec is ClassWithStore => spec.backups !== undefined

/** Everything that a backup's Job is made from, and nothing else: same rendering, byte-identical Job. */
export interface BackupRendering {
  of: BackupName
  reason: Manifest['reason']
  /** Name of the KiaviBackup. */
  run: string
  /** The KiaviTenant. */
  owner: { namespace: string; name: string }
  className: string
  class: ClassWithStore
  recipient: string
  installationKeys: InstallationKeys
  operator: OperatorIdentity
  jobs: JobsImage
}
