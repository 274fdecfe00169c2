import { tenantNamespace } from '../../../operator/src/api/v1alpha1/names.ts'
import { collectionPath } from '../../../operator/src/kube/paths.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { editsOf } from '../drift/edits.ts'
import { eventually } from '../eventually.ts'
import { noMorePods } from '../no-more-pods.ts'
import { type ReadyTenant, untilReady } from '../ready-tenants.ts'
import { editAt, putBack, type Stage, type Story } from './stage.ts'

const image = 'kiavi/runtime:next'

interface Job extends KubeJson {
  spec: { template: { spec: { containers: { image: string }[] } } }
}

const imageOf = ({ spec }: Job) => spec.template.spec.containers[0]?.image

async function pending({ world }: Stage, { tenantID }: ReadyTenant): Promise<Job> {
  const path = collectionPath(kinds.Job, tenantNamespace(tenantID))
  return eventually('The migration Job of the new image', async () => {
    const { items } = await world.controlPlane.client.call<{ items: Job[] }>('GET', path)
    return items.find((job) => imageOf(job) === image)
  })
}

/** Before a migration can run, its Job is edited, and then replaced by another of the same name. */
export const migration: Story = {
  name: 'a class gets a new image, and strangers are at the migration Job',
  tell: async (stage) => {
    const { world, bench, lab, tenant } = stage
    const { client } = world.controlPlane
    const letPods = await noMorePods(client, [tenant])
    const spec = JSON.stringify({ spec: { runtime: { image } } })
    await world.controlPlane.kubectl(['patch', 'ktc', 'default', '--type=merge', '-p', spec])
    const { name, namespace = '', labels } = (await pending(stage, tenant)).metadata
    const job = await bench.target(kinds.Job, { namespace, name }, editsOf({ metadata: { labels } }))
    await putBack(stage, job, editAt(job, 'metadata.labels.stranger'))
    await world.operator.stop()
    await world.controlPlane.kubectl(['delete', 'job', name, '-n', namespace, '--timeout=60s'])
    await client.call('POST', collectionPath(kinds.Job, namespace), {
      ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace } },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'eve', image: 'eve:1' }] } } },
    })
    await world.operator.start()
    await pending(stage, tenant)
    await letPods()
    await untilReady(lab, tenant, 180_000)
  },
}
