import { describe, expect, it } from 'vitest'
import { backupJob } from '../../../../../operator/src/controllers/backup/children/job.ts'
import { backupRendering, classWithStore, s3 } from '../rendering.ts'

interface Volume {
  name: string
  secret?: { secretName: string; items: { key: string; path: string }[] }
  persistentVolumeClaim?: { claimName: string }
}
interface Container {
  name: string
  env?: unknown
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[]
  securityContext: Record<string, unknown>
}
interface Pod {
  automountServiceAccountToken: boolean
  containers: Container[]
  volumes: Volume[]
}

const podOf = (change: Parameters<typeof backupRendering>[0] = {}) => {
  const spec = backupJob(backupRendering(change))['spec'] as { template: { spec: Pod } }
  return spec.template.spec
}
/** Secrets whose keys a container sees, as `secret/key`. */
function secretsOf(pod: Pod, name: string): string[] {
  const mounted = new Set(
    pod.containers.find((each) => each.name === name)?.volumeMounts.map((each) => each.name),
  )
  return pod.volumes
    .filter((volume) => mounted.has(volume.name))
    .flatMap(({ secret }) => secret?.items.map(({ key }) => `${secret.secretName}/${key}`) ?? [])
    .sort()
}
const withCAs = classWithStore(
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

describe('backupJob', () => {
  it('is the same bytes for the same attempt', () => {
    expect(JSON.stringify(backupJob(backupRendering()))).toBe(JSON.stringify(backupJob(backupRendering())))
  })

  it('gives the reader of the database no credential of the store, and the writer to the store none of the database', () => {
    const pod = podOf({ class: withCAs })
    expect(secretsOf(pod, 'dump')).toEqual([
      'db-ca/ca.crt',
      'kiavi-installation-key/private.pem',
      'tenant-k3x9q7w2ab-database/backup',
    ])
    expect(secretsOf(pod, 'store')).toEqual([
      'store-ca/ca.crt',
      'store-credentials/accessKeyID',
      'store-credentials/secretAccessKey',
    ])
  })

  it('mounts what decrypts nowhere', () => {
    expect(JSON.stringify(podOf())).not.toContain('tenant-k3x9q7w2ab-backups')
    expect(JSON.stringify(podOf())).not.toContain('AGE-SECRET-KEY')
  })

  it('mounts the volume of a class in the container that writes to it, and in no other', () => {
    const pod = podOf({ class: classWithStore({ volume: { claimName: 'backups' } }) })
    const mounting = pod.containers.filter(({ volumeMounts }) =>
      volumeMounts.some(({ name }) => name === 'volume'),
    )
    expect(mounting.map(({ name }) => name)).toEqual(['store'])
    expect(secretsOf(pod, 'store')).toEqual([])
  })

  it('has no token, no environment, and a root that nobody writes to', () => {
    const pod = podOf()
    expect(pod.automountServiceAccountToken).toBe(false)
    for (const { env, securityContext } of pod.containers) {
      expect(env).toBeUndefined()
      expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, runAsNonRoot: true })
    }
  })

  it('shares nothing between its containers but what it is to do, and the pipe', () => {
    const [dump, store] = podOf({ class: withCAs }).containers.map(({ volumeMounts }) => volumeMounts)
    const shared = dump!
      .filter(({ name }) => store!.some((each) => each.name === name))
      .map(({ name }) => name)
    expect(shared).toEqual(['job', 'pipe'])
  })

  it('is never repeated by itself: a further attempt has a number of its own', () => {
    const job = backupJob(backupRendering())
    expect(job.metadata.name).toBe('backup-k3x9q7w2ab-7')
    expect(job['spec']).toMatchObject({ backoffLimit: 0, completions: 1, parallelism: 1 })
  })
})
