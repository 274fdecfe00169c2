import { randomBytes } from 'node:crypto'
import { type AgeIdentity, makeAgeIdentity } from '../../../operator/src/backups/age-identity.ts'
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { type S3Lab, startS3Lab } from '../backup-store/s3-lab.ts'
import { operatorNamespace } from '../operator-world/names.ts'

export interface BackedUpClass {
  name: string
  objects: object[]
  store: S3Lab
  /** The private half lies with a person, outside the cluster. */
  recovery: AgeIdentity
}

interface ClassObject {
  kind?: string
  metadata: { name: string }
  spec: object
}

/** Another class beside the default one, with the same server and an S3 server on this machine for its backups. */
export async function backedUpClass(
  cluster: Pick<TestCluster, 'hostAddress'>,
  { name, like }: { name: string; like: readonly object[] },
): Promise<BackedUpClass> {
  const address = cluster.hostAddress
  if (address === undefined) throw new Error('Pods of this cluster cannot reach this machine.')
  const store = await startS3Lab({ address })
  const recovery = makeAgeIdentity(randomBytes)
  return { name, store, recovery, objects: classObjectsWith({ name, like, address, store, recovery }) }
}

/** The same class with a store and a recovery key that are there already. */
export function classObjectsWith({
  name,
  like,
  address,
  store,
  recovery,
}: {
  name: string
  like: readonly object[]
  address: string
  store: S3Lab
  recovery: AgeIdentity
}): object[] {
  const { endpoint, region, bucket, credentials } = store.options()
  const credentialsSecretName = `${name}-backups`
  const backups = {
    store: {
      s3: {
        ...{ endpoint, region, bucket, credentialsSecretName },
        reachedBy: { cidrs: [`${address}/32`] },
        tlsDisabledReason: 'A test, on one machine.',
      },
    },
    recoveryRecipient: recovery.recipient,
  }
  return [
    ...(like as ClassObject[]).map((object) =>
      object.kind === 'KiaviTenantClass'
        ? { ...object, metadata: { name }, spec: { ...object.spec, backups } }
        : object,
    ),
    {
      ...{ apiVersion: 'v1', kind: 'Secret' },
      metadata: { name: credentialsSecretName, namespace: operatorNamespace },
      stringData: credentials,
    },
  ]
}
