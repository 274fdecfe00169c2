import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crashSample } from '../../support/crash-sample.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { TenantLab } from '../../support/tenant-lab.ts'
import { provisioning } from '../../support/workflows/provisioning.ts'

const points = 6

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
      const { broken, tried, said } = await crashSample(lab, provisioning, points)
      expect(broken, said).toEqual({})
      expect(tried).toBe(points)
    },
  )
})
