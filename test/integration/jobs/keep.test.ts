import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { createOnVolume } from '../../../operator/src/controllers/recovery/on-volume.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { type OfflineObject } from '../../../operator/src/providers/backups/offline-port.ts'
import { keyOf, SimulatedCluster } from '../../operator/controllers/tenant/simulated-cluster.ts'
import { operator, tenantID } from '../../operator/controllers/tenant/world.ts'
import { startJob } from '../../support/job-process.ts'

const object = (ciphertext: string): OfflineObject => ({
  ...{ kind: 'journal', installationID: 'inst', folder: tenantID, ciphertext: Buffer.from(ciphertext) },
  ...{ at: new Date('2026-01-01T00:00:00Z'), expiresAt: new Date('2026-03-31T00:00:00Z') },
})

interface PodSpec {
  volumes: { name: string; configMap?: { name: string } }[]
  containers: { name: string; args: string[]; volumeMounts: { name: string; mountPath: string }[] }[]
}

describe('createOnVolume with program keep', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-keep-'))
  const volume = join(folder, 'volume')
  mkdirSync(volume)
  afterAll(() => rmSync(folder, { recursive: true }))

  /** A cluster that runs the Job's program as a process, with what its pod mounts and nothing else. */
  function world({ spoil = (text: string) => text } = {}) {
    const cluster = new SimulatedCluster(() => {})
    const { create } = cluster
    cluster.create = async (kind, made) => {
      const stored = await create(kind, made)
      // Jobs of the simulated cluster are done at once; this one runs.
      return kind.kind === 'Job' ? cluster.put({ ...stored, status: {} }) : stored
    }
    async function run(): Promise<void> {
      const job = [...cluster.objects.values()].find(
        ({ kind, status }) => kind === 'Job' && Object.keys(status as object).length === 0,
      )
      if (!job) return
      const { template } = job['spec'] as { template: { metadata: KubeObject['metadata']; spec: PodSpec } }
      const [container] = template.spec.containers
      const files: Record<string, string> = {
        'job/job.json': template.metadata.annotations?.['kiavi.eu/job'] ?? '',
      }
      for (const { name, configMap } of template.spec.volumes) {
        const of = configMap && cluster.objects.get(keyOf('ConfigMap', { ...operator, name: configMap.name }))
        const mount = container?.volumeMounts.find((each) => each.name === name)
        if (!of || !mount) continue
        const { ciphertext = '' } = of['binaryData'] as Record<string, string>
        const path = mount.mountPath.replace('/etc/kiavi/', '')
        files[`${path}/ciphertext`] = spoil(Buffer.from(ciphertext, 'base64').toString())
      }
      const ended = await startJob(container?.args[0] ?? '', {
        ...{ folder, shared: folder, mounts: {}, files },
        env: { KIAVI_STORE_DIR: volume },
      }).ended
      const type = ended.code === 0 ? 'Complete' : 'Failed'
      cluster.put({
        ...job,
        status: { conditions: [{ type, status: 'True', reason: 'BackoffLimitExceeded' }] },
      })
      const labels = { 'batch.kubernetes.io/job-name': job.metadata.name }
      const state = { terminated: { message: ended.terminationMessage } }
      cluster.put({
        ...{ apiVersion: 'v1', kind: 'Pod' },
        metadata: { name: `${job.metadata.name}-x`, namespace: operator.namespace, labels },
        status: { containerStatuses: [{ name: 'keep', state }] },
      })
    }
    const jobs = { image: 'kiavi/jobs:1', pullPolicy: 'IfNotPresent', memory: '512Mi' } as const
    return { cluster, ...createOnVolume({ cluster, random: randomBytes, pause: run, operator, jobs }) }
  }

  it('puts ciphertext of any size on the volume, under the next number', async () => {
    const { put, cluster } = world()
    const long = 'ciphertext '.repeat(200_000)
    expect(await put({ claimName: 'backups' }, object('first'))).toMatchObject({ number: 1 })
    const second = await put({ claimName: 'backups' }, object(long))
    expect(second.name).toBe(`inst/${tenantID}/journal-00000002-20260101T000000Z-until-20260331T000000Z.age`)
    expect(readFileSync(join(volume, second.name), 'utf8')).toBe(long)
    // Whatever is left goes with its Job.
    for (const { kind, metadata } of cluster.objects.values())
      if (kind === 'ConfigMap') expect(metadata.ownerReferences).toMatchObject([{ kind: 'Job' }])
  })

  it('says what the program says where it fails, and stores nothing', async () => {
    const { put } = world({ spoil: (text) => `${text}!` })
    const refused = put({ claimName: 'backups' }, object('third'))
    await expect(refused).rejects.toMatchObject({ code: 'KEEP_FAILED' })
    await expect(refused).rejects.toThrow('is not what the operator made')
  })
})
