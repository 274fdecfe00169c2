import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crashSample } from '../../support/crash-sample.ts'
import { StoreLab } from '../../support/store-lab.ts'
import { backup } from '../../support/workflows/backup.ts'
import { restore } from '../../support/workflows/restore.ts'

const points = 2

describe('an operator that is killed', () => {
  let lab: StoreLab
  beforeAll(async () => {
    lab = await StoreLab.start()
    await lab.startOperator()
  })
  afterAll(() => lab.stop())

  // Every point, and those of a prune: npm run prove -- backups/crash-matrix
  it.each([backup, restore].map((workflow) => [workflow.name, workflow] as const))(
    `in a %s ends where an undisturbed one does, at ${points} points spread over all writes`,
    { timeout: 600_000 },
    async (_, workflow) => {
      const { broken, tried, said } = await crashSample(lab, workflow, points)
      expect(broken, said).toEqual({})
      expect(tried).toBe(points)
    },
  )
})
