import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../eventually.ts'
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
  untilGone,
} from './scene.ts'

const definition = 'kiavitenants.kiavi.eu'
const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition}`
const deletion = ['delete', 'crd', definition]

const gone = (scene: Scene) =>
  untilGone(`CRD ${definition}`, async () => (await scene.world.controlPlane.client.find(path)) === undefined)

/** Applied again, and served again. */
async function restore(scene: Scene): Promise<void> {
  await apply(
    scene,
    scene.chart.filter(({ kind }) => kind === 'CustomResourceDefinition'),
  )
  await eventually(
    'KiaviTenants being served again',
    async () =>
      (await scene.world.controlPlane.client.probe('/apis/kiavi.eu/v1alpha1/kiavitenants'))?.status === 200,
  )
  await restoreGuards(scene)
}

async function remove(scene: Scene): Promise<void> {
  await refused(scene, deletion, 'deleting this definition deletes every object of its kind')
  await pastGuards(scene, ['crd-deletion'], () => kubectl(scene, ...deletion, '--wait=false'))
  await eventually(
    'The tenant going with its CRD',
    async () => (await findTenant(scene, scene))?.metadata.deletionTimestamp,
  )
}

/** The CRD is deleted; the finalizer is all that holds, until a person lets go of the object. */
export async function definitionRemoved(scene: Scene): Promise<void> {
  await remove(scene)
  await release(scene)
  await gone(scene)
  await restore(scene)
  await adoptBack(scene)
}

/** Somebody does not wait and strips the CRD's own finalizer: the tenants stay in etcd, and nobody can see them. */
export async function definitionStripped(scene: Scene): Promise<void> {
  await remove(scene)
  await kubectl(scene, 'patch', 'crd', definition, '--type=merge', '-p', '{"metadata":{"finalizers":null}}')
  await gone(scene)
  await sleep(3_000)
  await restore(scene)
  await release(scene)
  await adoptBack(scene)
}
