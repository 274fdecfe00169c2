import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crashSample } from '../../support/crash-sample.ts'
import { KeyLab, keyWorld } from '../../support/key-lab.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { keyWorkflows } from '../../support/workflows/workflows.ts'

const points = 2

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
      const { broken, tried, said } = await crashSample(lab, workflow, points)
      expect(broken, said).toEqual({})
      expect(tried).toBe(points)
    },
  )
})
