import { randomBytes } from 'node:crypto'
import { type Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lineOf, parseJournal } from '../../../../operator/src/controllers/journal/lines.ts'
import { type DatabaseServer } from '../../../../operator/src/providers/database/port.ts'
import { createPostgresql } from '../../../../operator/src/providers/database/postgresql.ts'
import { readMigrations } from '../../../../runtime/src/db/migration-files.ts'
import { migrate } from '../../../../runtime/src/db/migrator.ts'
import { eventually } from '../../../support/eventually.ts'
import { type PostgresServer, startPostgres } from '../../../support/postgres.ts'
import { asServer, tenantOn, versions } from './tenant-database.ts'

const migrations = new URL('../../../../runtime/src/db/migrations/', import.meta.url)

describe.each(versions)('createOutbox on PostgreSQL %i', (version) => {
  let postgres: PostgresServer
  let server: DatabaseServer
  let tenant: ReturnType<typeof tenantOn>
  let app: Client
  const provider = createPostgresql({ random: randomBytes })
  const { outbox } = provider
  const read = (limit = 100) => outbox.readJournal(server, tenant.tenantID, tenant.passwords.outbox, limit)
  const take = (...ids: string[]) => outbox.takeJournal(server, tenant.tenantID, tenant.passwords.outbox, ids)

  beforeAll(async () => {
    postgres = await startPostgres({ version })
    server = asServer(postgres)
    tenant = tenantOn(server, provider)
    await tenant.converge()
    expect(await read(), 'its schema has no journal yet').toEqual([])
    const { database, owner, app: role } = tenant.names
    const migrator = await postgres.connect({ user: owner, password: tenant.passwords.owner }, database)
    await migrate(migrator, await readMigrations(migrations))
    await migrator.end()
    await tenant.converge()
    app = await postgres.connect({ user: role, password: tenant.passwords.app }, database)
  })
  afterAll(async () => {
    await app.end()
    await provider.close()
    await postgres.stop()
  })

  const signUp = async () => {
    const { rows } = await app.query<{ id: string }>(
      `INSERT INTO auth.users (id, handle, name, created_at) VALUES (gen_random_uuid(), $1, 'Ada', now()) RETURNING id`,
      [randomBytes(64)],
    )
    return rows[0]!.id
  }
  const erase = (id: string) => app.query('DELETE FROM auth.users WHERE id = $1', [id])

  it('reads what the runtime wrote, in the order of the deeds, and says nobody', async () => {
    const people = [await signUp(), await signUp()]
    for (const id of people) await erase(id)
    const rows = await read()
    expect(rows.map(({ kind }) => kind)).toEqual(['person_erased', 'person_erased'])
    expect(new Set(rows.map(({ subject }) => subject)).size).toBe(2)
    const text = rows.map(lineOf).join('\n')
    expect(parseJournal(text)).toEqual(rows.map(lineOf))
    for (const id of people) expect(text).not.toContain(id)
    expect(Math.abs(Date.now() - Date.parse(rows[0]!.at))).toBeLessThan(60_000)
    expect(await read(1)).toEqual(rows.slice(0, 1))
  })

  it('takes exactly what it is told, which the one who waits for it sees', async () => {
    const [first, second] = await read()
    const isStored = async (id: string) => {
      const { rows } = await app.query<{ stored: boolean }>('SELECT auth.journal_is_stored($1) AS stored', [
        id,
      ])
      return rows[0]?.stored
    }
    await take(first!.id)
    expect([await isStored(first!.id), await isStored(second!.id)]).toEqual([true, false])
    expect(await read()).toEqual([second])
    await take()
    await take(first!.id, second!.id)
    expect(await read()).toEqual([])
  })

  it('reads numbers as numbers: the ninth before the tenth', async () => {
    for (let count = 0; count < 12; count += 1) await erase(await signUp())
    const ids = (await read()).map(({ id }) => Number(id))
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    await take(...ids.map(String))
  })

  it('says from outside in which databases something was written, and of nobody else', async () => {
    const other = tenantOn(server, provider)
    await other.converge()
    const settled = async () => {
      const first = await outbox.writes(server)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      const second = await outbox.writes(server)
      return JSON.stringify([...first]) === JSON.stringify([...second]) ? second : undefined
    }
    const before = await eventually('Statistics that stand still', settled, 60_000)
    await erase(await signUp())
    // As the runtime does while somebody waits: each question lets the session report.
    const seen = await eventually(
      'A change of the statistics',
      async () => {
        await app.query('SELECT auth.journal_is_stored(1)')
        const now = await outbox.writes(server)
        return now.get(tenant.tenantID) === before.get(tenant.tenantID) ? undefined : now
      },
      15_000,
    )
    expect(seen.get(other.tenantID)).toBe(before.get(other.tenantID))
    expect([...seen.keys()].toSorted()).toEqual([tenant.tenantID, other.tenantID].toSorted())
  })

  it('tells a wrong password from an empty outbox', async () => {
    await expect(outbox.readJournal(server, tenant.tenantID, 'x'.repeat(32), 1)).rejects.toMatchObject({
      code: 'DATABASE_REFUSED',
      sqlState: '28P01',
    })
  })

  it('refuses what it does not understand, and takes nothing', async () => {
    const { database } = tenant.names
    const superuser = await postgres.connect(postgres.superuser, database)
    await superuser.query('ALTER TABLE outbox.journal DROP CONSTRAINT journal_kind_check')
    await superuser.query(`INSERT INTO outbox.journal (kind, subject) VALUES (E'two\\nlines', $1)`, [
      randomBytes(32),
    ])
    await superuser.end()
    await expect(read()).rejects.toMatchObject({ code: 'DATABASE_REFUSED' })
  })
})
