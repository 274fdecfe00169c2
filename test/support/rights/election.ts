import { targetsOf } from '../drift/targets.ts'
import { editAt, putBack, type Story } from './stage.ts'

/** A second replica waits, and takes over when the first one ends. */
export const election: Story = {
  name: 'a second replica takes over',
  tell: async (stage) => {
    const { world, bench, routed } = stage
    const second = world.replica('operator-second')
    await second.start()
    await world.operator.stop()
    for (const target of await targetsOf(world, bench, routed))
      if (target.kind.kind === 'HTTPRoute')
        await putBack(stage, target, editAt(target, 'metadata.labels.stranger'))
  },
}
