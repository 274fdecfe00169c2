import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type RestoreWork } from '../../../../../operator/src/api/v1alpha1/names.ts'
import { parseProbeDocument, parseRestoreDocument } from '../../../../../operator/src/backups/documents.ts'
import {
  installationKey,
  makeInstallationKey,
  readInstallationKey,
} from '../../../../../operator/src/backups/installation-key.ts'
import { restoreJob } from '../../../../../operator/src/controllers/restore/children/jobs.ts'
import { type RestoreRendering } from '../../../../../operator/src/controllers/restore/rendering.ts'
import { tenantDocument } from '../../../../../runtime/src/config.ts'
import { classWithStore, s3 } from '../../backup/rendering.ts'
import { operator, rendering, tenantID } from '../../tenant/world.ts'

const source = 'baaaaaaaa1'
const keys = { keys: [installationKey(readInstallationKey(makeInstallationKey(randomBytes)))] }
const database = {
  ...{ host: 'db', adminSecretName: 'admin', caSecretName: 'db-ca' },
  reachedBy: { cidrs: ['10.0.0.0/24'] },
}
const runtime = { image: 'kiavi/runtime:2', imagePullSecretName: 'registry' }

function restoreRendering(change: Partial<RestoreRendering> = {}): RestoreRendering {
  const tenantClass = classWithStore({ s3: { ...s3, caSecretName: 'store-ca' } }, { database, runtime })
  return {
    ...{ tenantID, className: 'default', class: tenantClass, installationKeys: keys, operator },
    ...{ installationID: 'installation-1', newestSchemaVersion: 3, journalParts: 2 },
    source: { tenantID: source, sequence: undefined },
    current: {
      ...{ restore: { name: 'copy', uid: 'uid-1' }, number: 4, mode: 'NewTenant', phase: 'Filling' },
      startedAt: '2026-03-01T12:00:00.000Z',
      of: {
        ...{ installationID: 'installation-1', tenantID: source, sequence: 7, bytes: 100 * 2 ** 20 },
        ...{ startedAt: '2026-03-01T02:00:00Z', expiresAt: '2026-03-31T02:00:00Z' },
      },
    },
    tenant: rendering({ class: tenantClass, servingImage: 'kiavi/runtime:1' }),
    jobs: { image: 'kiavi/jobs:1', pullPolicy: 'IfNotPresent', memory: '512Mi' },
    ...change,
  }
}

interface Container {
  name: string
  image: string
  env?: unknown
  args?: string[]
  restartPolicy?: string
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[]
  securityContext: Record<string, unknown>
}
interface Source {
  secret?: { name: string; items: { key: string }[] }
}
interface Pod {
  automountServiceAccountToken: boolean
  imagePullSecrets?: { name: string }[]
  initContainers?: Container[]
  containers: Container[]
  volumes: {
    name: string
    secret?: { secretName: string; items: { key: string }[] }
    projected?: { sources: Source[] }
    emptyDir?: { sizeLimit: string; medium?: string }
  }[]
}

const jobOf = (work: RestoreWork, change: Partial<RestoreRendering> = {}) =>
  restoreJob(restoreRendering(change), work)
const podOf = (work: RestoreWork) => (jobOf(work)['spec'] as { template: { spec: Pod } }).template.spec
const containersOf = ({ initContainers = [], containers }: Pod) => [...initContainers, ...containers]
/** Secrets whose keys a container sees, as `secret/key`. */
function secretsOf(pod: Pod, name: string): string[] {
  const mounts = containersOf(pod).find((each) => each.name === name)?.volumeMounts ?? []
  const mounted = new Set(mounts.map((each) => each.name))
  return pod.volumes
    .filter((volume) => mounted.has(volume.name))
    .flatMap(({ secret, projected }) => [
      ...(secret?.items.map(({ key }) => `${secret.secretName}/${key}`) ?? []),
      ...(projected?.sources.flatMap(
        (each) => each.secret?.items.map(({ key }) => `${each.secret?.name ?? ''}/${key}`) ?? [],
      ) ?? []),
    ])
    .sort()
}
const works: RestoreWork[] = ['find', 'load', 'replay', 'drill']
const documentOf = (work: RestoreWork) => jobOf(work).metadata.annotations?.['kiavi.eu/job'] ?? ''

describe('restoreJob', () => {
  it.each(works)('is the same bytes for the same %s, and named after tenant and number', (work) => {
    expect(JSON.stringify(jobOf(work))).toBe(JSON.stringify(jobOf(work)))
    expect(jobOf(work).metadata.name).toBe(`restore-${tenantID}-4-${work}`)
  })

  it("mounts what decrypts in one container alone: the source's, where the database of the target is", () => {
    const holders = works.flatMap((work) =>
      containersOf(podOf(work))
        .filter(({ name }) => secretsOf(podOf(work), name).includes(`tenant-${source}-backups/identity`))
        .map(({ name }) => name),
    )
    expect(holders).toEqual(['load'])
    expect(secretsOf(podOf('load'), 'load')).toEqual([
      ...['db-ca/ca.crt', `tenant-${source}-backups/identity`, `tenant-${tenantID}-database/owner`],
    ])
  })

  it('mounts the credential of the store where no database is, and nowhere else', () => {
    for (const [work, name] of [
      ['find', 'find'],
      ['load', 'fetch'],
    ] as const)
      expect(secretsOf(podOf(work), name)).toEqual([
        ...['store-ca/ca.crt', 'store-credentials/accessKeyID', 'store-credentials/secretAccessKey'],
      ])
    for (const work of ['replay', 'drill'] as const)
      expect(JSON.stringify(podOf(work))).not.toContain('store-credentials')
  })

  it('gives the disk of a load room for the bundle, and no more', () => {
    const { volumes, containers } = podOf('load')
    expect(volumes.find(({ name }) => name === 'spool')?.emptyDir).toEqual({ sizeLimit: '166Mi' })
    expect(containers.find(({ name }) => name === 'load')).toMatchObject({
      resources: { requests: { 'ephemeral-storage': '166Mi' } },
    })
  })

  it("replays the source's journal after the migrations of the image that serves", () => {
    const pod = podOf('replay')
    expect(containersOf(pod).map(({ name, image }) => [name, image])).toEqual([
      ['migrate', 'kiavi/runtime:1'],
      ['replay', 'kiavi/jobs:1'],
    ])
    expect(secretsOf(pod, 'replay')).toEqual([
      ...['db-ca/ca.crt', `tenant-${source}-journal-0/journal`, `tenant-${source}-journal-1/journal`],
      `tenant-${tenantID}-database/owner`,
    ])
    expect(pod.imagePullSecrets).toEqual([{ name: 'registry' }])
  })

  it('has a drill signed by a key that is nowhere but in the memory of its pod', () => {
    const pod = podOf('drill')
    expect(containersOf(pod).map(({ name }) => name)).toEqual(['key', 'migrate', 'runtime', 'probe'])
    expect(pod.volumes.find(({ name }) => name === 'keys')?.emptyDir?.medium).toBe('Memory')
    const mounting = containersOf(pod).filter(({ volumeMounts }) =>
      volumeMounts.some(({ name }) => name === 'keys'),
    )
    expect(mounting.map(({ name }) => name)).toEqual(['key', 'runtime'])
    expect(JSON.stringify(pod)).not.toContain('signing-keys')
  })

  it('runs the runtime of a drill beside who signs in, as it runs for people but for the database', () => {
    const pod = podOf('drill')
    const server = pod.initContainers?.find(({ name }) => name === 'runtime')
    expect(server).toMatchObject({ image: 'kiavi/runtime:1', restartPolicy: 'Always' })
    expect(server?.args).toBeUndefined()
    expect(secretsOf(pod, 'runtime')).toEqual(['db-ca/ca.crt', `tenant-${tenantID}-database/app`])
    expect(secretsOf(pod, 'probe')).toEqual([])
    const spec = jobOf('drill')['spec'] as { template: { metadata: { annotations: Record<string, string> } } }
    const text = spec.template.metadata.annotations['kiavi.eu/tenant-document'] ?? ''
    const document = tenantDocument.parse(JSON.parse(text))
    expect(document.database).toMatchObject({ name: `kiavi_${tenantID}_aside_4`, poolSize: 1 })
    const probe = parseProbeDocument(documentOf('drill'))
    expect([probe.issuer, probe.origin, probe.rpId]).toEqual([
      ...[document.issuer, document.passkeys.allowedOrigins[0], document.passkeys.rpId],
    ])
  })

  it('tells which bundle it is, and how new a schema may be', () => {
    expect(parseRestoreDocument(documentOf('load'))).toMatchObject({
      backup: { tenantID: source, sequence: 7 },
      database: { name: `kiavi_${tenantID}_aside_4`, username: `kiavi_${tenantID}_owner` },
      newestSchemaVersion: 3,
    })
  })

  it.each(works)('has no token, no environment, and a root that nobody writes to: %s', (work) => {
    const pod = podOf(work)
    expect(pod.automountServiceAccountToken).toBe(false)
    for (const { env, securityContext } of containersOf(pod)) {
      expect(env).toBeUndefined()
      expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, runAsNonRoot: true })
    }
  })

  it('has the files of one container under no name of another', () => {
    for (const work of works)
      for (const { volumeMounts } of containersOf(podOf(work))) {
        const paths = volumeMounts.map(({ mountPath }) => mountPath)
        expect(new Set(paths).size).toBe(paths.length)
        const volumes = new Set(podOf(work).volumes.map(({ name }) => name))
        expect(volumeMounts.every(({ name }) => volumes.has(name))).toBe(true)
      }
  })
})
