import { setTimeout as sleep } from 'node:timers/promises'
import { untilBack } from '../drift/bench.ts'
import { targetsOf } from '../drift/targets.ts'
import { eventually } from '../eventually.ts'
import { customers } from '../operator-world/names.ts'
import { claimHolds } from '../proof.ts'
import { condition } from '../ready-tenants.ts'
import { editAt, type Stage, type Story } from './stage.ts'

const annotate = ({ world, tenant }: Stage, value: string) =>
  world.controlPlane.kubectl([
    'annotate',
    'kt',
    tenant.name,
    '-n',
    customers,
    `kiavi.eu/paused-until${value}`,
  ])

/** Somebody works on a tenant by hand; afterwards it is as its spec says. */
export const pause: Story = {
  name: 'a tenant is paused, edited, and goes on',
  tell: async (stage) => {
    const { world, bench, lab, tenant } = stage
    const target = (await targetsOf(world, bench, tenant)).find(({ name }) => name === 'ConfigMap tenant')
    if (!target) throw new Error('The tenant has no ConfigMap.')
    await annotate(stage, `=${new Date(Date.now() + 3_600_000).toISOString()}`)
    await eventually(
      'The tenant being paused',
      async () => condition(await lab.find(tenant), 'Paused')?.status === 'True',
    )
    const struck = await bench.strike(target, editAt(target, 'metadata.labels.stranger'))
    claimHolds(struck.outcome === 'edited', 'The ConfigMap cannot be edited.')
    // Twice as long as it takes to look at everything here.
    await sleep(10_000)
    claimHolds(!struck.isBack(), 'A paused tenant was put back.')
    await annotate(stage, '-')
    claimHolds(
      (await untilBack(struck, 60_000)) !== undefined,
      'A tenant whose pause ended was not put back.',
    )
  },
}
