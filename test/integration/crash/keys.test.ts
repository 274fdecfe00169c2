import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crashMatrix, sampleOf } from '../../support/crash-matrix.ts'
import { pointName } from '../../support/crash-point.ts'
import { KeyLab, keyWorld } from '../../support/key-lab.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { keyWorkflows } from '../../support/workflows/workflows.ts'

const points = 3

describe('an operator that is killed', () => {
  let world: OperatorWorld
  let lab: KeyLab
  beforeAll(async () => {
    world = await startOperatorWorld(keyWorld)
    lab = new KeyLab(world)
    await lab.startOperator()
  })
  afterAll(() => world.stop())

  // Every point: npm run prove -- keys/crash-matrix
  it.each(keyWorkflows.map((workflow) => [workflow.name, workflow] as const))(
    `in a %s ends where an undisturbed one does, at ${points} points spread over all writes`,
    { timeout: 600_000 },
    async (_, workflow) => {
      const said: string[] = []
      const { reference, results } = await crashMatrix({
        labs: [lab],
        workflow,
        references: 2,
        choose: sampleOf(points),
        patience: { limitMs: 90_000, quietMs: 1_500 },
        say: (line) => said.push(line),
      })
      expect(reference.problems).toEqual([])
      expect(results).toHaveLength(points)
      const broken = results.filter(({ problems }) => problems.length > 0)
      expect(
        Object.fromEntries(broken.map(({ point, problems }) => [pointName(point), problems])),
        said.join('\n'),
      ).toEqual({})
    },
  )
})
