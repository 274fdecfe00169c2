import { routeOf, targetsOf } from '../drift/targets.ts'
import { editAt, putBack, type Story } from './stage.ts'

const label = 'metadata.labels.stranger'

/** Every object is labelled by a stranger; and one of them in the same way again, which its event counts. */
export const edits: Story = {
  name: 'strangers edit every object',
  tell: async (stage) => {
    const { world, bench, tenant, routed } = stage
    const own = await targetsOf(world, bench, tenant)
    const route = await routeOf(world, bench, routed)
    await Promise.all([...own, route].map((target) => putBack(stage, target, editAt(target, label))))
    for (const target of own.filter(({ name }) => name === 'ConfigMap tenant'))
      await putBack(stage, target, editAt(target, label))
  },
}
