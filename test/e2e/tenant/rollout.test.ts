import { beforeAll, describe, expect, inject, it } from 'vitest'
import { toStderr } from '../../cluster/progress.ts'
import { type World } from '../../support/installation/world.ts'
import { openCluster } from '../../support/node.setup.ts'
import { disturbUnderLoad, failuresTold } from '../../support/rollout/under-load.ts'
import { installed } from './installed.ts'

const cluster = await openCluster(inject('cluster'))

describe.skipIf(cluster?.gateway === undefined)('a tenant of two pods', () => {
  let world: World
  beforeAll(async () => {
    world = await installed(cluster!)
  })

  it('answers every request while its runtime is rolled and a pod is evicted', async () => {
    const result = await disturbUnderLoad(world, {
      ...{ host: 'rollout.acme.test', leastRequests: 600, evictions: 1, say: toStderr },
    })
    expect(failuresTold(result)).toBe('')
    expect(result.total).toBeGreaterThanOrEqual(600)
  })
})
