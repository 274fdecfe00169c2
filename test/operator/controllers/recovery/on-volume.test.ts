import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createOnVolume } from '../../../../operator/src/controllers/recovery/on-volume.ts'
import { type OfflineObject } from '../../../../operator/src/providers/backups/offline-port.ts'
import { keyOf, SimulatedCluster } from '../tenant/simulated-cluster.ts'
import { operator, tenantID } from '../tenant/world.ts'

const object: OfflineObject = {
  ...{ kind: 'recovery', installationID: 'inst', folder: tenantID, ciphertext: Buffer.from('sealed') },
  ...{ at: new Date('2026-01-01T00:00:00Z'), expiresAt: new Date('2026-03-01T00:00:00Z') },
}

/** A cluster in which the Job ends as a test says, after some looks. */
function world(end: (cluster: SimulatedCluster, job: string) => void) {
  const cluster = new SimulatedCluster(() => {})
  const { create } = cluster
  const order: string[] = []
  cluster.create = async (kind, made) => {
    order.push(kind.kind)
    const stored = await create(kind, made)
    return kind.kind === 'Job' ? cluster.put({ ...stored, status: {} }) : stored
  }
  let looks = 0
  const pause = () => {
    looks += 1
    const job = [...cluster.objects.values()].find(({ kind }) => kind === 'Job')
    if (looks === 3 && job) end(cluster, job.metadata.name)
    return Promise.resolve()
  }
  const jobs = { image: 'kiavi/jobs:1', pullPolicy: 'IfNotPresent', memory: '512Mi' } as const
  return { order, ...createOnVolume({ cluster, random: randomBytes, pause, operator, jobs }) }
}

const endsWith =
  (type: 'Complete' | 'Failed', message?: string) => (cluster: SimulatedCluster, job: string) => {
    const live = cluster.objects.get(keyOf('Job', { ...operator, name: job }))!
    cluster.put({ ...live, status: { conditions: [{ type, status: 'True', reason: 'DeadlineExceeded' }] } })
    if (message === undefined) return
    const labels = { 'batch.kubernetes.io/job-name': job }
    cluster.put({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', namespace: operator.namespace, labels } },
      status: { containerStatuses: [{ state: { terminated: { message } } }] },
    })
  }
const stored = { result: 'succeeded', facts: { name: 'inst/object', number: 7, version: 'v' } }

describe('createOnVolume', () => {
  it('makes the Job before what it mounts, so that nothing stays behind, and hears what was stored', async () => {
    const { put, order } = world(endsWith('Complete', JSON.stringify(stored)))
    expect(await put({ claimName: 'backups' }, object)).toEqual({
      name: 'inst/object',
      number: 7,
      version: 'v',
    })
    expect(order).toEqual(['Job', 'ConfigMap'])
  })

  it.each([
    {
      end: endsWith('Failed', '{"result":"failed","code":"STORE_FULL","message":"The disk is full."}'),
      says: 'The disk is full.',
    },
    { end: endsWith('Failed'), says: 'DeadlineExceeded' },
    { end: endsWith('Complete'), says: 'before it could be heard' },
    {
      end: (cluster: SimulatedCluster, job: string) => {
        cluster.objects.delete(keyOf('Job', { ...operator, name: job }))
      },
      says: 'before it could be heard',
    },
    { end: () => {}, says: 'five minutes' },
  ])('takes it for not stored, and says: $says', async ({ end, says }) => {
    const { put } = world(end)
    const refused = put({ claimName: 'backups' }, object)
    await expect(refused).rejects.toMatchObject({ code: 'KEEP_FAILED', retry: 'backoff' })
    await expect(refused).rejects.toThrow(says)
  })

  it('stops when it is told to', async () => {
    const { put } = world(() => {})
    await expect(
      put({ claimName: 'backups' }, object, AbortSignal.abort(new Error('Stop.'))),
    ).rejects.toThrow('Stop.')
  })
})
