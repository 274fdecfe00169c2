import { targetsOf } from '../drift/targets.ts'
import { editAt, putBack, type Story } from './stage.ts'

const label = 'metadata.labels.stranger'

/** Every object is labelled by a stranger; and one of them in the same way again, which its event counts. */
export const edits: Story = {
  name: 'strangers edit every object',
  tell: async (stage) => {
    const { world, bench, tenant, routed } = stage
    const own = await targetsOf(world, bench, tenant)
    const routes = (await targetsOf(world, bench, routed)).filter(({ kind }) => kind.kind === 'HTTPRoute')
    await Promise.all([...own, ...routes].map((target) => putBack(stage, target, editAt(target, label))))
    for (const target of own.filter(({ name }) => name === 'ConfigMap tenant'))
      await putBack(stage, target, editAt(target, label))
  },
}
