import { setTimeout as sleep } from 'node:timers/promises'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { eventually } from '../eventually.ts'
import { claimHolds } from '../proof.ts'
import {
  adoptBack,
  apply,
  findTenant,
  kubectl,
  pastGuards,
  refused,
  release,
  restoreGuards,
  type Scene,
  untilCondition,
  untilGone,
  yamlOf,
} from './scene.ts'

interface NamespaceObject extends KubeJson {
  status?: { phase?: string; conditions?: { type: string; status: string; message: string }[] }
}

const path = ({ namespace }: Scene) => `/api/v1/namespaces/${namespace}`
const find = (scene: Scene) => scene.world.controlPlane.client.find<NamespaceObject>(path(scene))
const gone = (scene: Scene) =>
  untilGone(`Namespace ${scene.namespace}`, async () => (await find(scene)) === undefined)
const deletion = ({ namespace }: Scene) => ['delete', 'namespace', namespace]

/** Somebody takes the guards of namespace and tenant away and deletes the namespace that the tenant is in. */
export async function customerNamespaceDeleted(scene: Scene): Promise<void> {
  await refused(scene, deletion(scene), `kubectl get kt -n`)
  await pastGuards(scene, ['namespace-deletion', 'tenant-deletion'], () =>
    kubectl(scene, ...deletion(scene), '--wait=false'),
  )
  await release(scene)
  await gone(scene)
  await restoreGuards(scene)
  await adoptBack(scene)
}

/**
 * The tenant's own guard holds, so the namespace hangs; somebody empties its finalizers to be rid of it. The tenant
 * stays in etcd without a namespace, and nothing can be written to it until there is one again.
 */
export async function customerNamespaceFinalized(scene: Scene): Promise<void> {
  const { client } = scene.world.controlPlane
  await pastGuards(scene, ['namespace-deletion'], () => kubectl(scene, ...deletion(scene), '--wait=false'))
  const failure = await eventually('The namespace hanging', async () => {
    const { conditions } = (await find(scene))?.status ?? {}
    return conditions?.find(({ type, status }) => type.endsWith('ContentFailure') && status === 'True')
  })
  scene.told('kubectl get namespace', failure.message)
  claimHolds(
    failure.message.includes('kiavi.eu/release='),
    `The namespace does not say why: ${failure.message}`,
  )
  await eventually('Its finalizers being emptied', async () => {
    const live = await find(scene)
    if (live === undefined) return true
    await client.call('PUT', `${path(scene)}/finalize`, { ...live, spec: { finalizers: [] } }).catch(() => {})
    return false
  })
  // The operator meets writes that fail.
  await kubectl(scene, 'delete', 'service', 'runtime', '-n', `kiavi-${scene.tenantID}`)
  await sleep(3_000)
  const adrift = await findTenant(scene, scene)
  claimHolds(
    adrift?.status?.tenantID === scene.tenantID && adrift.metadata.deletionTimestamp === undefined,
    'The tenant did not outlive its namespace.',
  )
  await restoreGuards(scene)
  await apply(scene, yamlOf(scene))
  await untilCondition(scene, scene, { type: 'Ready' })
  await eventually('The namespace being guarded again', async () => {
    const labels = (await find(scene))?.metadata.labels
    return labels?.['kiavi.eu/holds-tenants'] === 'true'
  })
}
