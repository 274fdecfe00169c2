import { type AgeIdentity } from '../../../operator/src/backups/age-identity.ts'
import { operatorNamespace } from '../operator-world/names.ts'
import { type S3Lab } from './s3-lab.ts'

export interface ClassStore {
  /** Of the Secret with the store's credentials. */
  secretName: string
  /** Where operator and Jobs reach it. */
  address: string
  store: S3Lab
  /** The private half lies with a person, outside the cluster. */
  recovery: AgeIdentity
}

/** `spec.backups` of a class. */
export function storeSpec({ secretName, address, store, recovery }: ClassStore): object {
  const { endpoint, region, bucket } = store.options()
  return {
    store: {
      s3: {
        ...{ endpoint, region, bucket, credentialsSecretName: secretName },
        reachedBy: { cidrs: [`${address}/32`] },
        tlsDisabledReason: 'A test, on one machine.',
      },
    },
    recoveryRecipient: recovery.recipient,
  }
}

/** The Secret that it names. */
export const storeSecret = ({ secretName, store }: Pick<ClassStore, 'secretName' | 'store'>): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: secretName, namespace: operatorNamespace },
  stringData: store.options().credentials,
})
