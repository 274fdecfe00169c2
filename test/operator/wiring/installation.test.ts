import { describe, expect, it } from 'vitest'
import { judgeMemory } from '../../../operator/src/controllers/sweep/judge-memory.ts'
import { installationID } from '../../../operator/src/wiring/installation.ts'
import { keyOf, SimulatedCluster } from '../controllers/tenant/simulated-cluster.ts'

const namespace = 'kiavi-system'
const random = (count: number) => new Uint8Array(count).fill(7)
const recordKey = keyOf('Secret', { namespace, name: 'installation' })

function world() {
  const cluster = new SimulatedCluster(() => {})
  cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'cluster-1' } })
  return cluster
}

describe('installationID', () => {
  it('is made once, with the cluster that it was made in', async () => {
    const cluster = world()
    const id = await installationID(cluster, namespace, random)
    expect(id).toBe('07'.repeat(16))
    expect(await installationID(cluster, namespace, () => new Uint8Array(16))).toBe(id)
    expect(judgeMemory(cluster.objects.get(recordKey), 'cluster-1')).toBe('Whole')
  })

  it('does not take a cluster for its own because the record was put there', async () => {
    const first = world()
    await installationID(first, namespace, random)
    const second = world()
    second.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'cluster-2' } })
    second.put(first.objects.get(recordKey)!)
    expect(await installationID(second, namespace, random)).toBe('07'.repeat(16))
    expect(judgeMemory(second.objects.get(recordKey), 'cluster-2')).toBe('Lost')
  })

  it('is found again on namespaces where its Secret was lost and the cluster was not', async () => {
    const cluster = world()
    const labels = { 'kiavi.eu/managed-by': 'kiavi-operator' }
    const annotations = { 'kiavi.eu/installation': 'installation-1' }
    const metadata = { name: 'kiavi-k3x9q7w2ab', labels, annotations }
    cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata })
    expect(await installationID(cluster, namespace, random)).toBe('installation-1')
    expect(judgeMemory(cluster.objects.get(recordKey), 'cluster-1')).toBe('Whole')
  })
})
