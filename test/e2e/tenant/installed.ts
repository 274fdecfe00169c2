import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from '../../cluster/folders.ts'
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { toStderr } from '../../cluster/progress.ts'
import { postgresImage } from '../../support/installation/postgres-image.ts'
import { postgresInCluster } from '../../support/installation/postgres-in-cluster.ts'
import { furnish, type World } from '../../support/installation/world.ts'

/** The product on the cluster of the end-to-end tests, with a server in the cluster: each file uses the same. */
export async function installed(cluster: TestCluster): Promise<World> {
  const image = await postgresImage(cacheFolder(), mkdtempSync(join(tmpdir(), 'kiavi-e2e-')))
  const database = await postgresInCluster(cluster, await cluster.loadImage(image))
  return furnish(cluster, { database, say: toStderr })
}
