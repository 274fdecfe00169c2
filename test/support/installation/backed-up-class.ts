import { randomBytes } from 'node:crypto'
import { type AgeIdentity, makeAgeIdentity } from '../../../operator/src/backups/age-identity.ts'
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { storeSecret, storeSpec } from '../backup-store/class-store.ts'
import { type S3Lab, startS3Lab } from '../backup-store/s3-lab.ts'

export interface BackedUpClass {
  name: string
  objects: object[]
  store: S3Lab
  /** The private half lies with a person, outside the cluster. */
  recovery: AgeIdentity
}

interface ClassObject {
  kind?: string
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
  ...where
}: {
  name: string
  like: readonly object[]
  address: string
  store: S3Lab
  recovery: AgeIdentity
}): object[] {
  const secretName = `${name}-backups`
  return [
    ...(like as ClassObject[]).map((object) =>
      object.kind === 'KiaviTenantClass'
        ? {
            ...object,
            metadata: { name },
            spec: { ...object.spec, backups: storeSpec({ ...where, secretName }) },
          }
        : object,
    ),
    storeSecret({ ...where, secretName }),
  ]
}
