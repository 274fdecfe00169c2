import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { makeAgeIdentity } from '../../../operator/src/backups/age-identity.ts'
import { masterSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { parseObjectName } from '../../../operator/src/backups/object-name.ts'
import { storedBytes, storedNames } from '../../support/backup-store/stored.ts'
import { type BackedUpClass, backedUpClass } from '../../support/installation/backed-up-class.ts'
import { backUp } from '../../support/installation/back-up.ts'
import { applyObjects } from '../../support/installation/install.ts'
import { restore } from '../../support/installation/restore.ts'
import { type World, type WorldTenant } from '../../support/installation/world.ts'
import { openCluster } from '../../support/node.setup.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { postgresClients } from '../../support/postgres-clients.ts'
import { eraseOneself } from '../../support/recovery/erased.ts'
import { openWithAge } from '../../support/recovery/opened.ts'
import { type People, signedIn, signUpPeople } from '../../support/recovery/people.ts'
import { installed } from './installed.ts'

const cluster = await openCluster(inject('cluster'))

describe.skipIf(cluster?.gateway === undefined || cluster.hostAddress === undefined)('a KiaviBackup', () => {
  let world: World
  let place: BackedUpClass
  let tenant: WorldTenant
  let people: People
  beforeAll(async () => {
    world = await installed(cluster!)
    place = await backedUpClass(cluster!, { name: 'backed-up', like: world.classObjects() })
    await applyObjects(cluster!, place.objects)
    tenant = await world.tenant('backed-up.acme.test', { className: place.name })
    people = await signUpPeople(() => ({ world, tenant }), 2)
  })
  afterAll(async () => {
    await place.store.stop()
  })

  it('becomes an encrypted bundle and a signed manifest in the store', async () => {
    const status = await backUp(cluster!, tenant, 'by-hand')
    expect(status).toMatchObject({ tenantID: tenant.tenantID, sequence: 1, users: 2 })
    const names = (await storedNames(place.store)).filter((name) => parseObjectName(name) !== undefined)
    expect(names).toHaveLength(2)
    expect(names[0]).toBe(status.object)

    const identity = await cluster!.kubectl([
      ...['get', 'secret', masterSecret.backups(tenant.tenantID), '-n', operatorNamespace],
      ...['-o', 'jsonpath={.data.identity}'],
    ])
    const bundle = await storedBytes(place.store, status.object ?? '')
    const archive = openWithAge(bundle, Buffer.from(identity, 'base64').toString('utf8').trim())
    const contents = execFileSync(postgresClients().pgRestore, ['--list'], { input: archive }).toString()
    expect(contents).toContain('TABLE DATA auth users')
    for (const stranger of [makeAgeIdentity(randomBytes), place.recovery])
      expect(() => openWithAge(bundle, stranger.identity)).toThrow('no identity matched')
  })

  it('is on the tenant: when it was, and when the next one is', async () => {
    const look = async () => {
      const text = await cluster!.kubectl(['get', 'kt', tenant.name, '-n', tenant.namespace, '-o', 'json'])
      const { status } = JSON.parse(text) as {
        status: { backups?: object; conditions: { type: string; status: string }[] }
      }
      return {
        ...status.backups,
        current: status.conditions.find(({ type }) => type === 'BackupsCurrent')?.status,
      }
    }
    await expect
      .poll(look, { timeout: 15_000 })
      .toMatchObject({ lastSequence: 1, nextAt: expect.any(String) as string, current: 'True' })
  })

  it('is proven by a drill, which leaves the tenant as it is', async () => {
    const { tenantID: sourceTenantID } = tenant
    const status = await restore(cluster!, tenant, 'drill', { mode: 'Drill', sourceTenantID })
    expect(status).toMatchObject({ sequence: 1, users: 2, recoverySeconds: expect.any(Number) as number })
    expect(await signedIn(people)).toBe(2)
  })

  it('is put back in place, without who was erased since', async () => {
    const [ada, bob] = people
    expect((await eraseOneself(ada!)).state).toBe('Confirmed')
    const { tenantID: sourceTenantID } = tenant
    const status = await restore(cluster!, tenant, 'in-place', { mode: 'InPlace', sourceTenantID })
    expect(status).toMatchObject({ sequence: 1, users: 1, erasedSince: 1 })
    expect(await signedIn([bob!])).toBe(1)
    expect(await signedIn([ada!])).toBe(0)
  })
})
