import { beforeAll, describe, expect, inject, it } from 'vitest'
import { toStderr } from '../../cluster/progress.ts'
import { type World, type WorldTenant } from '../../support/installation/world.ts'
import { cross, faults } from '../../support/isolation/cross.ts'
import { foreignCredentials } from '../../support/isolation/foreign-credentials.ts'
import { openCluster } from '../../support/node.setup.ts'
import { installed } from './installed.ts'

const cluster = await openCluster(inject('cluster'))

describe.skipIf(cluster?.gateway === undefined)('two tenants', () => {
  let world: World
  let first: WorldTenant
  let second: WorldTenant
  beforeAll(async () => {
    world = await installed(cluster!)
    first = await world.tenant('first.acme.test')
    second = await world.tenant('second.globex.test')
  })

  it('keep a pod of the other out, by controls that each hold alone and come back', async () => {
    expect(faults(await cross(world, first, second, toStderr))).toEqual([])
  })

  it('take no credential of the other', async () => {
    for (const { credential, atHome, abroad } of await foreignCredentials(world, first, second))
      expect({ atHome, abroad }, credential).toEqual({ atHome: true, abroad: false })
  })
})
