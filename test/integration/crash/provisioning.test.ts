import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crashMatrix, sampleOf } from '../../support/crash-matrix.ts'
import { pointName } from '../../support/crash-point.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { TenantLab } from '../../support/tenant-lab.ts'
import { provisioning } from '../../support/workflows/provisioning.ts'

const points = 10

describe('an operator that is killed while it provisions', () => {
  let world: OperatorWorld
  let lab: TenantLab
  beforeAll(async () => {
    world = await startOperatorWorld()
    lab = new TenantLab(world)
    await lab.startOperator()
  })
  afterAll(() => world.stop())

  // Every point: npm run prove -- tenant/crash-matrix
  it(
    `ends where an undisturbed one does, at ${points} points spread over all writes`,
    { timeout: 600_000 },
    async () => {
      const said: string[] = []
      const { reference, results } = await crashMatrix({
        labs: [lab],
        workflow: provisioning,
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
