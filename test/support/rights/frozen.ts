import { targetsOf } from '../drift/targets.ts'
import { editAt, putBack, type Story } from './stage.ts'

/** What is immutable cannot be put back in its place: it is deleted and made anew. */
export const frozen: Story = {
  name: 'strangers make ConfigMaps and Secrets immutable',
  tell: async (stage) => {
    const targets = await targetsOf(stage.world, stage.bench, stage.tenant)
    for (const target of targets.filter(({ edits }) =>
      edits.some(({ path: [field] }) => field === 'immutable'),
    ))
      await putBack(stage, target, editAt(target, 'immutable'))
  },
}
