/** What lies in the store for the day when the cluster is gone, and what docs/recovery.md tells a person to do with it. */
import { createPublicKey, verify } from 'node:crypto'
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { installationSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { type S3Lab } from '../backup-store/s3-lab.ts'
import { storedBytes, storedNames } from '../backup-store/stored.ts'
import { operatorNamespace } from '../operator-world/names.ts'
import { openWithAge } from './opened.ts'

type Kubectl = Pick<TestCluster, 'kubectl'>

interface Offline {
  /** `<installation>/<tenant or installation>`. */
  folder: string
  name: string
  /** When it was written, as the name has it. */
  at: string
}

const offline = (kind: 'recovery' | 'journal', names: readonly string[]): Offline[] =>
  names.flatMap((name) => {
    const [, folder, at] = new RegExp(`^(.+)/${kind}-\\d{8}-(\\d{8}T\\d{6}Z)-until-`).exec(name) ?? []
    return folder === undefined || at === undefined ? [] : [{ folder, name, at }]
  })

/** The newest recovery set of each folder. */
export async function newestRecoverySets(store: S3Lab): Promise<Offline[]> {
  const newest = new Map(
    offline('recovery', await storedNames(store)).map((each) => [each.folder, each] as const),
  )
  return [...newest.values()]
}

/** What a person keeps beforehand to tell a set of hers from one that somebody planted. PEM. */
export async function installationPublicKey({ kubectl }: Kubectl): Promise<string> {
  const data = await kubectl([
    ...['get', 'secret', installationSecret.key, '-n', operatorNamespace],
    ...['-o', String.raw`jsonpath={.data.private\.pem}`],
  ])
  const key = createPublicKey(Buffer.from(data, 'base64').toString('utf8'))
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

/** Opens and verifies each with what was kept offline, and puts it back before the operator is there. */
export async function putBackRecoverySets(
  { kubectl }: Kubectl,
  store: S3Lab,
  kept: { identity: string; installation: string },
): Promise<{ sets: number; segments: number }> {
  const sets = await newestRecoverySets(store)
  await kubectl(['create', 'namespace', operatorNamespace])
  let segments = 0
  for (const { folder, name, at } of sets) {
    const text = openWithAge(await storedBytes(store, name), kept.identity)
    const end = text.indexOf('\n')
    const [, , , signature = ''] = text.subarray(0, end).toString('utf8').split(' ')
    const body = text.subarray(end + 1)
    if (!verify(null, body, createPublicKey(kept.installation), Buffer.from(signature, 'base64')))
      throw new Error(`${name} is not signed by the installation's key.`)
    await kubectl(['create', '-f', '-'], text.toString('utf8'))
    segments += await addSegments({ kubectl }, store, { folder, since: at, set: text.toString('utf8'), kept })
  }
  return { sets: sets.length, segments }
}

/** What happened since a set was written becomes the next part of the tenant's journal. */
async function addSegments(
  { kubectl }: Kubectl,
  store: S3Lab,
  of: { folder: string; since: string; set: string; kept: { identity: string } },
): Promise<number> {
  const since = offline('journal', await storedNames(store)).filter(
    ({ folder, at }) => folder === of.folder && at >= of.since,
  )
  if (since.length === 0) return 0
  const texts = await Promise.all(
    since.map(async ({ name }) => openWithAge(await storedBytes(store, name), of.kept.identity).toString()),
  )
  const lines = [...new Set(texts.join('').split('\n'))].filter((line) => line !== '').sort()
  const tenantID = of.folder.split('/').at(-1) ?? ''
  const part = of.set.split(`"name": "tenant-${tenantID}-journal-`).length - 1
  const secret = {
    ...{ apiVersion: 'v1', kind: 'Secret' },
    metadata: { name: `tenant-${tenantID}-journal-${part}`, namespace: operatorNamespace },
    stringData: { journal: `${lines.join('\n')}\n` },
  }
  await kubectl(['create', '-f', '-'], JSON.stringify(secret))
  return since.length
}
