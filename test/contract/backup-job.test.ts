import { describe, expect, it } from 'vitest'
import { annotation } from '../../operator/src/api/v1alpha1/names.ts'
import { parseBackupDocument } from '../../operator/src/backups/documents.ts'
import { backupJob } from '../../operator/src/controllers/backup/children/job.ts'
import { loadJobConfig } from '../../operator/src/jobs/config.ts'
import { mountedFile } from '../../operator/src/jobs/mounted.ts'
import { programs } from '../../operator/src/jobs/programs.ts'
import { backupRendering, classWithStore, s3 } from '../operator/controllers/backup/rendering.ts'

interface Volume {
  name: string
  secret?: { items: { path: string }[] }
  downwardAPI?: { items: { path: string; fieldRef: { fieldPath: string } }[] }
}
interface Pod {
  containers: { name: string; args: string[]; volumeMounts: { name: string; mountPath: string }[] }[]
  volumes: Volume[]
}
const config = loadJobConfig({})
const full = classWithStore(
  { s3: { ...s3, caSecretName: 'store-ca' } },
  {
    database: {
      host: 'db',
      adminSecretName: 'admin',
      caSecretName: 'db-ca',
      reachedBy: { cidrs: ['10.0.0.0/24'] },
    },
  },
)
const job = (tenantClass = full) => backupJob(backupRendering({ class: tenantClass }))
const templateOf = (object: ReturnType<typeof job>) =>
  (object['spec'] as { template: { metadata: { annotations: Record<string, string> }; spec: Pod } }).template

/** Every file that a container finds, by its path below /etc/kiavi. */
function filesOf(name: string): string[] {
  const { containers, volumes } = templateOf(job()).spec
  const mounts = containers.find((each) => each.name === name)?.volumeMounts ?? []
  return mounts.flatMap((mount) => {
    const { secret, downwardAPI } = volumes.find((volume) => volume.name === mount.name) ?? {}
    const items = secret?.items ?? downwardAPI?.items ?? []
    return items.map(({ path }) => `${mount.mountPath}/${path}`)
  })
}
const at = (...names: (keyof typeof mountedFile)[]) =>
  names.map((name) => `${config.mounted}/${mountedFile[name]}`)

describe('a backup Job', () => {
  it('gives each container the files that its program looks for, and no other', () => {
    expect(filesOf('dump').sort()).toEqual(
      at('job', 'databasePassword', 'installationKey', 'databaseCa').sort(),
    )
    expect(filesOf('store').sort()).toEqual(at('job', 'accessKeyID', 'secretAccessKey', 'storeCa').sort())
  })

  it('starts programs that the image has', () => {
    for (const { args } of templateOf(job()).spec.containers) expect(Object.keys(programs)).toContain(args[0])
  })

  it('mounts the folders where the programs expect them', () => {
    const volume = classWithStore({ volume: { claimName: 'backups' } })
    const [dump, store] = templateOf(job(volume)).spec.containers.map(({ volumeMounts }) =>
      volumeMounts.map(({ mountPath }) => mountPath),
    )
    const pipe = config.socket.replace(/\/[^/]+$/, '')
    expect(dump).toEqual(expect.arrayContaining([pipe, config.privateFolder]))
    expect(store).toEqual(expect.arrayContaining([pipe, config.privateFolder, config.storeFolder]))
  })

  it('carries a document that the programs read', () => {
    const template = templateOf(job())
    const rendering = backupRendering()
    const [item] = template.spec.volumes.find(({ name }) => name === 'job')?.downwardAPI?.items ?? []
    expect(item?.fieldRef.fieldPath).toBe(`metadata.annotations['${annotation.job}']`)
    expect(parseBackupDocument(template.metadata.annotations[annotation.job] ?? '')).toMatchObject({
      backup: rendering.of,
      ...{ reason: 'Scheduled', recipient: rendering.recipient },
      database: { name: 'kiavi_k3x9q7w2ab', username: 'kiavi_k3x9q7w2ab_backup', tls: 'verify-full' },
      store: { kind: 's3', bucket: 'backups', prefix: '', forcePathStyle: true },
    })
  })
})
