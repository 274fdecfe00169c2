import { randomBytes, randomUUID } from 'node:crypto'
import { type Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asideName } from '../../../../operator/src/api/v1alpha1/names.ts'
import { type AsideOf, type AsideStep } from '../../../../operator/src/providers/database/aside-port.ts'
import { createDatabasesAside } from '../../../../operator/src/providers/database/aside.ts'
import {
  type Connections,
  type Session,
  createConnections,
} from '../../../../operator/src/providers/database/connections.ts'
import { planDatabase } from '../../../../operator/src/providers/database/plan.ts'
import { type DatabaseServer } from '../../../../operator/src/providers/database/port.ts'
import { createPostgresql } from '../../../../operator/src/providers/database/postgresql.ts'
import { type PostgresServer, startPostgres } from '../../../support/postgres.ts'
import { asServer, tenantOn, versions } from './tenant-database.ts'

const since = new Date('2026-11-22T16:00:00.123Z')
const until = new Date('2026-11-29T16:00:00Z')
const people = 'CREATE TABLE auth.users (name text); CREATE TABLE outbox.journal (id int)'

describe.each(versions)('databases aside on PostgreSQL %i', (version) => {
  let postgres: PostgresServer
  let server: DatabaseServer
  const provider = createPostgresql({ random: randomBytes })
  beforeAll(async () => {
    postgres = await startPostgres({ version })
    server = asServer(postgres)
  })
  afterAll(async () => {
    await provider.close()
    await postgres.stop()
  })

  /** A tenant, and a restore of it. */
  const restoring = (more: { of?: Partial<AsideOf> } = {}) => {
    const tenant = tenantOn(server, provider)
    const { tenantID, names, passwords, wanted } = tenant
    const restore = { namespace: 'customers', name: 'back', uid: randomUUID() }
    const of: AsideOf = { installationID: 'test', tenantID, restore, ...more.of }
    const serving = { ...wanted, provisionedBefore: true }
    const swap: AsideStep = {
      do: 'swap',
      number: 1,
      marker: wanted.marker,
      connectionLimit: 12,
      since,
      until,
    }
    const made: AsideStep[] = [
      { do: 'createAside', number: 1, since },
      { do: 'prepareAside', number: 1, connectionLimit: 12 },
    ]
    const [aside, before] = [asideName(tenantID, 'aside', 1), asideName(tenantID, 'before', 1)]
    const act = (step: AsideStep, as = of) => provider.aside.act(server, as, step, passwords)
    const enter = (role: 'owner' | 'app' | 'backup' | 'outbox', database = names.database) =>
      postgres.connect({ user: names[role], password: passwords[role] }, database)
    return {
      ...{ tenant, of, swap, made, aside, before, act, enter, serving, names, passwords },
      observe: () => provider.aside.observe(server, tenantID),
      actAll: async (...steps: AsideStep[]) => {
        for (const step of steps) await act(step)
      },
      query: async (role: 'owner' | 'app' | 'outbox', sql: string, database = names.database) => {
        const client = await enter(role, database)
        try {
          return (await client.query<{ name: string }>(sql)).rows
        } finally {
          await client.end()
        }
      },
    }
  }
  type Restoring = ReturnType<typeof restoring>

  /** A tenant with people, and a database aside that holds other ones. */
  const filled = async (lab = restoring()) => {
    await lab.tenant.converge()
    await lab.query('owner', `${people}; INSERT INTO auth.users VALUES ('today')`)
    await lab.actAll(...lab.made)
    await lab.query('owner', `${people}; INSERT INTO auth.users VALUES ('yesterday')`, lab.aside)
    return lab
  }
  const nobodyEnters = (
    lab: Restoring,
    database: string,
    ...roles: ('owner' | 'app' | 'backup' | 'outbox')[]
  ) =>
    Promise.all(
      roles.map((role) =>
        expect(lab.enter(role, database), `${role} in ${database}`).rejects.toMatchObject({
          code: /42501|55000/,
        }),
      ),
    )

  it('one is made closed, and then open to its owner alone, who finds our schemas there', async () => {
    const lab = restoring()
    await lab.tenant.converge()
    const [create, prepare] = lab.made as [AsideStep, AsideStep]
    await lab.act(create)
    await nobodyEnters(lab, lab.aside, 'owner', 'app')
    await lab.act(prepare)
    await nobodyEnters(lab, lab.aside, 'app', 'backup', 'outbox')
    const schemas = await lab.query('owner', `SELECT nspname AS name FROM pg_namespace`, lab.aside)
    expect(schemas.map(({ name }) => name)).toEqual(expect.arrayContaining(['auth', 'outbox', 'migrations']))
    const { own, databases } = await lab.observe()
    expect(own).toMatchObject({ mayConnect: ['owner', 'app', 'backup', 'outbox'], ours: true })
    expect(databases).toEqual([
      {
        ...{
          name: lab.aside,
          kind: 'aside',
          number: 1,
          ours: true,
          allowConnections: true,
          connectionLimit: 12,
        },
        mayConnect: ['owner'],
        sessions: 0,
        marker: { ...lab.of, kind: 'aside', since: '2026-11-22T16:00:00Z' },
      },
    ])
    expect(await provider.openToPublic(server)).toEqual(['postgres', 'template1'])
  })

  it("is not there for those who look for tenants' databases", async () => {
    const lab = await filled()
    const marked = (await provider.marked(server)).filter(({ marker }) => marker.tenantID === lab.of.tenantID)
    expect(marked.map(({ database }) => database)).toEqual([lab.names.database])
    const digest = async () => (await provider.sweep(server)).get(lab.of.tenantID)
    const before = await digest()
    await lab.act({ do: 'createAside', number: 2, since })
    expect(await digest()).toBe(before)
    expect(await lab.tenant.plan(lab.serving)).toEqual({ steps: [], findings: [] })
  })

  it('lets in the app for a drill, and sends it away again', async () => {
    const lab = await filled()
    await lab.act({ do: 'letIn', number: 1, roles: ['app'] })
    await nobodyEnters(lab, lab.aside, 'owner')
    const client = await lab.enter('app', lab.aside)
    expect((await client.query('SELECT name FROM auth.users')).rows).toEqual([{ name: 'yesterday' }])
    await lab.act({ do: 'letIn', number: 1, roles: [] })
    await expect(client.query('SELECT 1')).rejects.toThrow()
    await nobodyEnters(lab, lab.aside, 'owner', 'app')
    expect((await lab.observe()).databases[0]).toMatchObject({ allowConnections: false, sessions: 0 })
  })

  it('sends everybody out of a fenced database but who fetches the journal; nobody mends that, and it is undone', async () => {
    const lab = await filled()
    const inside = await Promise.all(
      (['app', 'backup', 'owner', 'outbox'] as const).map((role) => lab.enter(role)),
    )
    const outbox = inside[3] as Client
    await lab.act({ do: 'fence', since })
    for (const client of inside.slice(0, 3)) await expect(client.query('SELECT 1')).rejects.toThrow()
    await nobodyEnters(lab, lab.names.database, 'app', 'backup', 'owner')
    expect((await outbox.query('SELECT * FROM outbox.journal')).rows).toEqual([])
    await outbox.end()
    const [finding] = (await lab.tenant.plan(lab.serving)).findings
    expect(finding).toMatchObject({ reason: 'DatabaseFenced' })
    expect(finding?.message).toContain('KiaviRestore back of namespace customers')
    const another = { ...lab.of, restore: { ...lab.of.restore, uid: randomUUID(), name: 'other' } }
    await expect(lab.act({ do: 'fence', since }, another)).rejects.toThrow('by KiaviRestore back already')
    await lab.act({ do: 'unfence' }, another)
    expect((await lab.observe()).own?.marker?.fence).toMatchObject({ restore: { name: 'back' } })
    await lab.act({ do: 'unfence' })
    expect(await lab.tenant.plan(lab.serving)).toEqual({ steps: [], findings: [] })
    expect(await lab.query('app', 'SELECT name FROM auth.users')).toEqual([{ name: 'today' }])
    // No membership that was taken for a moment is left.
    expect((await lab.tenant.observe()).roles.app?.members).toEqual([])
  })

  it('takes the place of the tenant’s own; its controller finds nothing to do, and the old one is kept closed', async () => {
    const lab = await filled()
    await lab.actAll({ do: 'fence', since }, lab.swap)
    expect(await lab.tenant.plan(lab.serving)).toEqual({ steps: [], findings: [] })
    expect(await lab.query('app', 'SELECT name FROM auth.users')).toEqual([{ name: 'yesterday' }])
    await nobodyEnters(lab, lab.before, 'owner', 'app', 'backup', 'outbox')
    const { own, databases } = await lab.observe()
    expect(own?.marker).toEqual({
      ...lab.tenant.wanted.marker,
      restored: { restore: lab.of.restore, since: '2026-11-22T16:00:00Z' },
    })
    const marker = {
      ...lab.of,
      kind: 'before' as const,
      since: '2026-11-22T16:00:00Z',
      until: '2026-11-29T16:00:00Z',
    }
    expect(databases).toMatchObject([{ name: lab.before, allowConnections: false, mayConnect: [], marker }])
    expect(await provider.marked(server)).toContainEqual({
      database: lab.names.database,
      marker: own?.marker,
      connectionLimit: 12,
    })
    await lab.act({ do: 'drop', name: lab.before, marker })
    expect((await lab.observe()).databases).toEqual([])
  })

  it('takes the place of one that was lost, with the roles that it has to make', async () => {
    const lab = restoring()
    await lab.actAll(...lab.made)
    await lab.query('owner', `${people}; INSERT INTO auth.users VALUES ('yesterday')`, lab.aside)
    expect((await lab.tenant.plan(lab.serving)).findings).toMatchObject([{ reason: 'DatabaseLost' }])
    await lab.actAll({ do: 'fence', since }, lab.swap)
    expect(await lab.tenant.plan(lab.serving)).toEqual({ steps: [], findings: [] })
    expect(await lab.query('app', 'SELECT name FROM auth.users')).toEqual([{ name: 'yesterday' }])
    expect((await lab.observe()).databases).toEqual([])
  })

  it('gives roles whose password is another one the one at hand, though no database is open to them', async () => {
    const lab = restoring()
    await lab.actAll(...lab.made)
    const fresh = { ...lab.passwords, owner: 'another', app: 'yet-another' }
    await provider.aside.act(server, lab.of, lab.made[1]!, fresh)
    expect((await lab.observe()).databases[0]?.mayConnect).toEqual(['owner'])
    const client = await postgres.connect({ user: lab.names.owner, password: 'another' }, lab.aside)
    await client.end()
    await expect(lab.enter('owner', lab.aside)).rejects.toMatchObject({ code: '28P01' })
  })

  it('every step may be done twice', async () => {
    const lab = await filled()
    const steps: AsideStep[] = [
      ...lab.made,
      { do: 'letIn', number: 1, roles: ['owner'] },
      { do: 'fence', since },
    ]
    for (const step of [...steps, lab.swap]) await lab.actAll(step, step)
    expect(await lab.tenant.plan(lab.serving)).toEqual({ steps: [], findings: [] })
    const [{ marker } = { marker: undefined }] = (await lab.observe()).databases
    const drop: AsideStep = { do: 'drop', name: lab.before, marker: marker! }
    await lab.actAll(drop, drop)
  })

  it('comes to the same end when each step crashes behind its first statement, then behind its second, and so on', async () => {
    const real = createConnections()
    let left = 0
    const crashing = <T>(work: (session: Session) => Promise<T>) => {
      return (session: Session) =>
        work({
          query: async (sql, values) => {
            const rows = await session.query(sql, values)
            if (--left === 0) throw new Error('crash')
            return rows
          },
        })
    }
    const connections: Connections = {
      administer: (to, doing, work) => real.administer(to, doing, crashing(work)),
      visit: (to, login, doing, work, slow) => real.visit(to, login, doing, crashing(work), slow),
      close: () => real.close(),
    }
    const asides = createDatabasesAside({ connections, random: randomBytes })
    const lab = restoring()
    await lab.tenant.converge()
    const drop = async (): Promise<AsideStep> => {
      const { marker } = (await lab.observe()).databases[0]!
      return { do: 'drop', name: lab.before, marker: marker! }
    }
    const letIn: AsideStep = { do: 'letIn', number: 1, roles: ['owner'] }
    let crashes = 0
    for (const each of [...lab.made, letIn, { do: 'fence', since } as const, lab.swap, drop]) {
      const step = typeof each === 'function' ? await each() : each
      for (let statements = 1; ; statements += 1) {
        left = statements
        const ended = await asides.act(server, lab.of, step, lab.passwords).catch(String)
        if (ended === undefined) break
        expect(ended, `${step.do} after ${statements}`).toContain('crash')
        crashes += 1
      }
    }
    await real.close()
    expect(crashes).toBeGreaterThan(40)
    expect(await lab.tenant.plan(lab.serving)).toEqual({ steps: [], findings: [] })
    const { own, databases } = await lab.observe()
    expect(databases).toEqual([])
    expect(own?.marker?.restored?.restore.uid).toBe(lab.of.restore.uid)
  })

  it('goes on with one that was only just made, and with a swap that came no further than closing', async () => {
    const lab = restoring()
    await lab.tenant.converge()
    const admin = await postgres.connect({ user: server.username, password: server.password })
    await admin.query(`CREATE DATABASE "${lab.aside}" TEMPLATE template0 ALLOW_CONNECTIONS false`)
    await lab.actAll(...lab.made, { do: 'fence', since })
    for (const name of [lab.names.database, lab.aside])
      await admin.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`)
    await admin.end()
    await lab.act({ do: 'unfence' })
    expect(await lab.tenant.plan(lab.serving)).toEqual({ steps: [], findings: [] })
    await lab.actAll({ do: 'fence', since }, lab.swap)
    expect(await lab.tenant.plan(lab.serving)).toEqual({ steps: [], findings: [] })
  })

  it('refuses what is not its own, and changes nothing', async () => {
    const lab = await filled()
    const stranger = { ...lab.of, restore: { ...lab.of.restore, uid: randomUUID(), name: 'other' } }
    const elsewhere = { ...lab.of, installationID: 'another' }
    const { marker } = (await lab.observe()).databases[0]!
    const drop = (change: object): AsideStep => ({
      do: 'drop',
      name: lab.aside,
      marker: { ...marker!, ...change },
    })
    await expect(lab.act(lab.swap)).rejects.toThrow('still serves')
    await expect(lab.act(lab.swap, stranger)).rejects.toThrow('is not of KiaviRestore other')
    await expect(lab.act(lab.made[0]!, stranger)).rejects.toThrow('is not of KiaviRestore other')
    await expect(lab.act({ do: 'letIn', number: 1, roles: ['app'] }, elsewhere)).rejects.toThrow('is not of')
    await expect(lab.act({ do: 'fence', since }, elsewhere)).rejects.toThrow(
      "does not carry this tenant's marker",
    )
    await expect(lab.act(drop({ since: '2026-11-22T17:00:00Z' }))).rejects.toThrow(
      'not what was to be dropped',
    )
    await expect(lab.act(drop({}), elsewhere)).rejects.toThrow('not what was to be dropped')
    await expect(
      lab.act({ do: 'drop', name: lab.names.database, marker: marker! }),
      'the tenant’s own',
    ).rejects.toThrow("tenant's own")
    expect(await lab.query('app', 'SELECT name FROM auth.users')).toEqual([{ name: 'today' }])
    expect((await lab.observe()).databases).toMatchObject([{ name: lab.aside, mayConnect: ['owner'] }])
  })

  it('one at a time, and not while somebody whom it cannot send away is inside', async () => {
    const lab = await filled()
    await lab.act({ do: 'fence', since })
    const guest = await postgres.connect(postgres.superuser, lab.names.database)
    const swapping = lab.act(lab.swap)
    await expect(swapping).rejects.toThrow(/postgres \(1\)/)
    await guest.end()
    await expect(Promise.all([lab.act(lab.swap), lab.act(lab.swap)])).rejects.toMatchObject({
      code: 'DATABASE_CONFLICT',
    })
    await expect.poll(async () => (await lab.observe()).own?.marker?.restored?.restore.name).toBe('back')
    expect(planDatabase(await lab.tenant.observe(), lab.serving)).toEqual({ steps: [], findings: [] })
  })
})
