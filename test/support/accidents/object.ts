import {
  adoptBack,
  kubectl,
  pastGuards,
  refused,
  restoreGuards,
  type Scene,
  stalled,
  tenantGone,
} from './scene.ts'

/** Somebody force-deletes the tenant, and when it stays takes its finalizer off by hand. */
export async function objectForceDeleted(scene: Scene): Promise<void> {
  const { namespace, name, tenantID } = scene
  const deletion = ['delete', 'kt', name, '-n', namespace, '--force', '--grace-period=0']
  const strip = [
    'patch',
    'kt',
    name,
    '-n',
    namespace,
    '--type=merge',
    '-p',
    '{"metadata":{"finalizers":null}}',
  ]
  await refused(scene, deletion, `kiavi.eu/release=${tenantID}`)
  await refused(scene, strip, 'leave it in the list')
  await pastGuards(scene, ['tenant-deletion'], () => kubectl(scene, ...deletion, '--wait=false'))
  await stalled(scene, 'DeletedWithoutTermination', `kiavi.eu/release=${tenantID}`)
  await pastGuards(scene, ['tenant-finalizer'], () => kubectl(scene, ...strip))
  await tenantGone(scene)
  await restoreGuards(scene)
  await adoptBack(scene)
}
