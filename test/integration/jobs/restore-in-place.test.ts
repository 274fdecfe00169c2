import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asideName } from '../../../operator/src/api/v1alpha1/names.ts'
import { bundleName } from '../../../operator/src/backups/object-name.ts'
import { replay } from '../../../operator/src/jobs/replay/replay.ts'
import { type AsideOf, type AsideStep } from '../../../operator/src/providers/database/aside-port.ts'
import { BackupLab, type LabTenant } from '../../support/backup-lab.ts'
import { volumeIn } from '../../support/lab-store.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'
import { TenantClient } from '../../support/tenant-client.ts'
import { type RunningRuntime, type TenantFixture, makeTenant } from '../../support/tenant-runtime.ts'
import { asServer } from '../providers/database/tenant-database.ts'

/** The hands of a restore in place, one after the other, with the tenant's own service on the database all the time. */
describe.each([15, 18] as const)('a restore in place on PostgreSQL %i', (version) => {
  let server: PostgresServer
  let lab: BackupLab
  let tenant: LabTenant
  let fixture: TenantFixture
  let runtime: RunningRuntime
  beforeAll(async () => {
    server = await startPostgres({ version })
    lab = new BackupLab(volumeIn)
    tenant = await lab.prepared(server)
    const { database: name, app: appRole, owner: ownerRole } = tenant.names
    const database = { name, appRole, ownerRole, passwords: tenant.passwords }
    fixture = await makeTenant(server, tenant.tenantID, {}, database)
    expect((await fixture.migrate()).code).toBe(0)
    runtime = await fixture.start()
  })
  afterAll(async () => {
    await runtime.stop()
    fixture.remove()
    await lab.remove()
    await server.stop()
  })

  it('brings back who was there, but for who was erased since; old sessions end, passkeys do not', async () => {
    const on = asServer(server)
    const person = () => new TenantClient({ url: fixture.url, rpId: fixture.rpId })
    const [ada, bob, late] = [person(), person(), person()]
    const signedUp = await ada.signUp('Ada')
    expect([signedUp.status, (await bob.signUp('Bob')).status]).toEqual([201, 201])
    const name = lab.nameOf(tenant.tenantID, 1)
    const { second } = await lab.backup(lab.dumpOrder(server, tenant, name))
    if (second.status === 'rejected') throw second.reason
    const erased = (await bob.signIn()).body.user.id
    await lab.asOwner(server, tenant, (client) =>
      client.query('DELETE FROM auth.users WHERE id = $1', [erased]),
    )
    expect((await late.signUp('Eve')).status).toBe(201)

    const restore = { namespace: 'customers', name: 'back', uid: randomUUID() }
    const of: AsideOf = { installationID: 'test', tenantID: tenant.tenantID, restore }
    const act = (step: AsideStep) => lab.provider.aside.act(on, of, step, tenant.passwords)
    const since = new Date()
    await act({ do: 'createAside', number: 1, since })
    await act({ do: 'prepareAside', number: 1, connectionLimit: 20 })
    const aside = { ...tenant, names: { ...tenant.names, database: asideName(tenant.tenantID, 'aside', 1) } }
    const { sha256 } = second.value.manifest.bundle
    const loaded = await lab.restore(
      lab.loadOrder(server, aside, { ...name, object: bundleName(name), sha256 }),
    )
    if (loaded.second.status === 'rejected') throw loaded.second.reason
    expect((await ada.signIn()).status, 'until now the tenant serves').toBe(200)

    await act({ do: 'fence', since })
    expect((await ada.signIn()).status).toBe(503)
    const { names, passwords } = tenant
    const journal = await lab.provider.outbox.readJournal(on, tenant.tenantID, passwords.outbox, 100)
    const order = {
      server: on,
      database: aside.names.database,
      username: names.owner,
      password: passwords.owner,
    }
    expect(await replay({ ...order, journal }, lab.io())).toMatchObject({ erased: 1, users: 1, sessions: 2 })
    const { marker } = tenant.wanted
    await act({ do: 'swap', number: 1, marker, connectionLimit: 20, since, until: since })

    await expect.poll(async () => (await ada.signIn()).status, { timeout: 20_000 }).toBe(200)
    expect((await bob.signIn()).body).toMatchObject({ error: 'sign_in_failed' })
    expect((await late.signIn()).body).toMatchObject({ error: 'sign_in_failed' })
    const refresh = { refresh_token: signedUp.body.refresh_token }
    expect((await ada.post('/v1/token/refresh', refresh)).body).toMatchObject({
      error: 'refresh_token_invalid',
    })
    const serving = { ...tenant.wanted, provisionedBefore: true }
    expect(await tenant.plan(serving)).toEqual({ steps: [], findings: [] })
    expect((await tenant.observe()).database?.marker?.restored?.restore).toEqual(restore)
    const { databases } = await lab.provider.aside.observe(on, tenant.tenantID)
    for (const each of databases) await act({ do: 'drop', name: each.name, marker: each.marker! })
    expect((await lab.provider.aside.observe(on, tenant.tenantID)).databases).toEqual([])
  })
})
