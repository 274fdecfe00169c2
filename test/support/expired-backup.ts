/** What a sweep in another month would find. */
import { createPrivateKey } from 'node:crypto'
import { installationSecret } from '../../operator/src/api/v1alpha1/names.ts'
import { type BackupName, bundleName, wholeSeconds } from '../../operator/src/backups/object-name.ts'
import { createS3Store } from '../../operator/src/providers/backups/s3.ts'
import { type KubeJson } from '../cluster/kube-client.ts'
import { putBackup, signedManifest } from './backup-store/put-backup.ts'
import { eventually } from './eventually.ts'
import { customers, operatorNamespace } from './operator-world/names.ts'
import { type StoreLab } from './store-lab.ts'

const backups = `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/kiavibackups`
const jobs = `/apis/batch/v1/namespaces/${operatorNamespace}/jobs`

export const daysFromNow = (count: number) =>
  new Date((Math.floor(Date.now() / 1000) + count * 86_400) * 1000)

interface ExpiredBackup {
  /** Of the KiaviBackup, and of the tenant that it names. */
  name: string
  tenantName: string
  tenantID: string
  sequence: number
}

/** A genuine backup, ten days past its date. Gives its name. */
async function storeExpired(lab: StoreLab, { tenantID, sequence }: ExpiredBackup): Promise<BackupName> {
  const { client } = lab.world.controlPlane
  const installationID = await secretOf(client, installationSecret.record, 'id')
  const pem = await secretOf(client, installationSecret.key, 'private.pem')
  const dates = { startedAt: daysFromNow(-40), expiresAt: daysFromNow(-10) }
  const of = { installationID, tenantID, sequence, ...dates }
  const store = createS3Store(lab.store.options())
  await putBackup(store, of, signedManifest(of, { privateKey: createPrivateKey(pem) }))
  store.close()
  return of
}

/** A KiaviBackup on record as completed. */
export async function recordBackup(
  { world }: StoreLab,
  { name, tenantName, tenantID, sequence }: ExpiredBackup,
  status: object,
): Promise<void> {
  const { client } = world.controlPlane
  await client.call('POST', backups, {
    ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviBackup', metadata: { name, namespace: customers } },
    spec: { tenantName },
  })
  const lastTransitionTime = wholeSeconds(daysFromNow(-40))
  const conditions = [{ type: 'Ready', status: 'True', reason: 'Completed', message: '', lastTransitionTime }]
  await client.call('PATCH', `${backups}/${name}/status`, {
    status: { sequence, tenantID, className: 'default', conditions, ...status },
  })
}

/** Both: in the store, and on record. */
export async function leaveExpired(lab: StoreLab, backup: ExpiredBackup): Promise<BackupName> {
  const of = await storeExpired(lab, backup)
  await recordBackup(lab, backup, { object: bundleName(of), expiresAt: wholeSeconds(of.expiresAt) })
  return of
}

/** As if it had not been swept in this slot. */
export async function forgetSweeps({ world: { controlPlane } }: StoreLab): Promise<void> {
  const { client } = controlPlane
  const sweeps = async () => {
    const { items } = await client.call<{ items: KubeJson[] }>('GET', jobs)
    return items.filter(({ metadata }) => metadata.name.startsWith('sweep-'))
  }
  for (const { metadata } of await sweeps())
    await client.call('DELETE', `${jobs}/${metadata.name}`, { propagationPolicy: 'Foreground' })
  await eventually('The sweeps of before being gone', async () => (await sweeps()).length === 0)
}

async function secretOf(
  client: StoreLab['world']['controlPlane']['client'],
  name: string,
  key: string,
): Promise<string> {
  const path = `/api/v1/namespaces/${operatorNamespace}/secrets/${name}`
  const { data } = await client.call<KubeJson & { data: Record<string, string> }>('GET', path)
  return Buffer.from(data[key] ?? '', 'base64').toString('utf8')
}
