/** What lies in the store for the day when the cluster is gone, and what a person does with it. */
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { type S3Lab } from '../backup-store/s3-lab.ts'
import { storedBytes, storedNames } from '../backup-store/stored.ts'
import { operatorNamespace } from '../operator-world/names.ts'
import { openWithAge } from './opened.ts'

/** The newest of each folder: `<installation>/<tenant or installation>/recovery-<number>-...age`. */
export async function newestRecoverySets(store: S3Lab): Promise<string[]> {
  const newest = new Map<string, string>()
  for (const name of await storedNames(store)) {
    const folder = /^(.+)\/recovery-\d{8}-[^/]*\.age$/.exec(name)?.[1]
    if (folder !== undefined) newest.set(folder, name)
  }
  return [...newest.values()]
}

/** Opens each with the offline key, and applies what comes out before the operator is there. */
export async function applyRecoverySets(
  cluster: Pick<TestCluster, 'kubectl'>,
  store: S3Lab,
  identity: string,
): Promise<string[]> {
  const names = await newestRecoverySets(store)
  await cluster.kubectl(['create', 'namespace', operatorNamespace])
  for (const name of names)
    await cluster.kubectl(
      ['apply', '-f', '-'],
      openWithAge(await storedBytes(store, name), identity).toString(),
    )
  return names
}
