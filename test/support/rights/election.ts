import { routeOf } from '../drift/targets.ts'
import { editAt, putBack, type Story } from './stage.ts'

/** A second replica waits, and takes over when the first one ends. */
export const election: Story = {
  name: 'a second replica takes over',
  tell: async (stage) => {
    const { world, bench, routed } = stage
    const second = world.replica('operator-second')
    await second.start()
    await world.operator.stop()
    const route = await routeOf(world, bench, routed)
    await putBack(stage, route, editAt(route, 'metadata.labels.stranger'))
  },
}
