import { parse } from 'yaml'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { eventually } from '../eventually.ts'
import { claimHolds } from '../proof.ts'
import { adopt, apply, findTenant, kubectl, type Scene, stalled, untilCondition, yamlOf } from './scene.ts'

async function databases({ postgres }: Scene['world']): Promise<string> {
  const client = await postgres.connect(postgres.superuser)
  const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database ORDER BY datname')
  await client.end()
  return rows.map(({ datname }) => datname).join(' ')
}

/** A tenant of another name with the same host: neither empty, nor with another's people. */
async function impostor(scene: Scene): Promise<void> {
  const { namespace, host, tenantID, world } = scene
  const other = { namespace, name: 'another', host }
  const before = await databases(world)
  await apply(scene, yamlOf(other))
  await stalled(scene, 'OrphanFound', tenantID, other)
  await adopt(scene, other)
  await stalled(scene, 'AdoptionNotAllowed', 'name was', other)
  const after = await databases(world)
  claimHolds(after === before, `A database was made beside the orphan: ${after}`)
  claimHolds(
    (await findTenant(scene, other))?.status?.tenantID === undefined,
    "A tenant of another name got an ID on the orphan's host.",
  )
  await kubectl(scene, 'delete', 'kt', other.name, '-n', namespace)
}

/** etcd is lost, the operator's own Secrets with it; what lies in Git and PostgreSQL is all that is left. */
export async function clusterLost(scene: Scene): Promise<void> {
  const { world, tenantID } = scene
  await world.rebuildCluster()
  await world.operator.start()
  await impostor(scene)
  await apply(scene, yamlOf(scene))
  await stalled(scene, 'OrphanFound', `spec.adoptTenantID: ${tenantID}`)
  await adopt(scene)
  const message = await stalled(scene, 'AdoptionNotAllowed', 'newSigningKey: true')
  const consent = parse(message.slice(message.indexOf('apiVersion:'))) as { spec: object }
  const reason = 'etcd was lost in a test; the platform team decided it'
  await apply(scene, [{ ...consent, spec: { ...consent.spec, reason, newSigningKey: true } }])
  await untilCondition(scene, scene, { type: 'Ready' })
  // Left standing it would consent again, to what nobody thought of.
  await eventually('The consent being used up', async () => {
    const path = `/apis/kiavi.eu/v1alpha1/kiaviadoptions/${tenantID}`
    const adoption = await world.controlPlane.client.find<KubeJson & { status?: { adoptedAt?: string } }>(
      path,
    )
    return adoption?.status?.adoptedAt
  })
}
