import { type Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textSettings } from '../../../operator/src/backups/table-checksum.ts'
import { checkTables, readTables } from '../../../operator/src/jobs/check-tables.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'

const columns = `
  id uuid, n numeric, f float8, t timestamptz, d date, i interval, b bytea, j jsonb, a text[], ip inet, s text, big bigint`
const rows = [
  `('00000000-0000-0000-0000-000000000001', 1.50, 0.1, '2026-03-29T02:30:00+02', '2024-02-29', '1 mon -2 days', '\\x00ff', '{"b": 1, "a": [null]}', '{x,NULL,"NULL"}', '2001:db8::1', 'Zoë', 9007199254740993)`,
  `('00000000-0000-0000-0000-000000000002', 'NaN', '-Infinity', 'infinity', 'infinity', NULL, '', '"x"', '{}', '10.0.0.0/8', '', -1)`,
  `('00000000-0000-0000-0000-000000000003', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
  `('00000000-0000-0000-0000-000000000004', NULL, 1e300, '2026-01-01T00:00:00.000001Z', NULL, NULL, NULL, NULL, NULL, NULL, '(",\\)', NULL)`,
]

const servers: PostgresServer[] = []
beforeAll(async () => {
  servers.push(await startPostgres({ version: 15 }), await startPostgres({ version: 18 }))
})
afterAll(async () => {
  for (const server of servers) await server.stop()
})

/** What is made of a fresh `auth.things` in a database of its own; gives its facts. */
let made = 0
async function factsOf(server: PostgresServer, sql: readonly string[], session: readonly string[] = []) {
  const database = `check_${String(++made)}`
  const admin = await server.connect(server.superuser)
  await admin.query(`CREATE DATABASE ${database}`)
  await admin.end()
  const client: Client = await server.connect(server.superuser, database)
  try {
    for (const statement of ['CREATE SCHEMA auth', ...sql, ...session, 'BEGIN', ...textSettings])
      await client.query(statement)
    const asked = {
      query: async (text: string, values?: unknown[]) =>
        (await client.query<Record<string, unknown>>(text, values)).rows,
    }
    return await checkTables(asked, await readTables(asked), () => {})
  } finally {
    await client.end()
  }
}

const table = `CREATE TABLE auth.things (${columns})`
const fill = (which: readonly string[]) =>
  `INSERT INTO auth.things (id, n, f, t, d, i, b, j, a, ip, s, big) VALUES ${which.join(', ')}`
const old = () => servers[0]!
const young = () => servers[1]!

describe('checkTables', () => {
  it('gives the same for the same rows, whatever the version, their order, their columns, the settings', async () => {
    const expected = await factsOf(old(), [table, fill(rows)])
    expect(expected).toEqual([
      {
        schema: 'auth',
        name: 'things',
        rows: 4,
        checksum: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ])
    expect(await factsOf(young(), [table, fill(rows)])).toEqual(expected)
    expect(await factsOf(young(), [table, fill(rows.toReversed())])).toEqual(expected)
    const reversed = `CREATE TABLE auth.things (${columns.split(',').toReversed().join(', ')})`
    expect(await factsOf(young(), [reversed, fill(rows)])).toEqual(expected)
    const dropped = [
      `CREATE TABLE auth.things (gone int, ${columns})`,
      fill(rows),
      'ALTER TABLE auth.things DROP COLUMN gone',
    ]
    expect(await factsOf(old(), dropped)).toEqual(expected)
    const strange = [
      "SET TimeZone = 'Pacific/Chatham'",
      "SET DateStyle = 'German'",
      "SET IntervalStyle = 'iso_8601'",
      "SET bytea_output = 'escape'",
      'SET extra_float_digits = 0',
      "SET search_path = 'auth'",
    ]
    expect(await factsOf(young(), [table, fill(rows)], strange)).toEqual(expected)
  })

  it.each([
    { change: `UPDATE auth.things SET s = '' WHERE s IS NULL`, because: 'NULL is not empty' },
    {
      change: 'UPDATE auth.things SET f = f + 5e-17 WHERE f = 0.1',
      because: 'the last bit of a number counts',
    },
    {
      change: `UPDATE auth.things SET t = t + interval '1 microsecond' WHERE isfinite(t)`,
      because: 'so does the last digit of an instant',
    },
    { change: `UPDATE auth.things SET n = 1.5 WHERE n = 1.50`, because: 'a numeric keeps its zeros' },
    {
      change: `UPDATE auth.things SET a = '{x,NULL,NULL}' WHERE a = '{x,NULL,"NULL"}'`,
      because: 'a word is not NULL',
    },
    { change: `UPDATE auth.things SET big = big - 1 WHERE big > 0`, because: 'a bigint is no double' },
    { change: 'DELETE FROM auth.things WHERE n = 1.5', because: 'a row is gone' },
    {
      change: `INSERT INTO auth.things SELECT * FROM auth.things WHERE n = 1.5`,
      because: 'a row is there twice',
    },
  ])('gives something else when $because', async ({ change, because }) => {
    const [before] = await factsOf(young(), [table, fill(rows)])
    const [after] = await factsOf(young(), [table, fill(rows), change])
    expect(after?.checksum, because).not.toBe(before?.checksum)
  })

  it('counts what lies in partitions and heirs once, and looks at nobody else', async () => {
    const facts = await factsOf(young(), [
      'CREATE TABLE auth.events (id int) PARTITION BY RANGE (id)',
      'CREATE TABLE auth.events_1 PARTITION OF auth.events FOR VALUES FROM (0) TO (9)',
      'INSERT INTO auth.events VALUES (1), (2)',
      'CREATE TABLE auth.parent (id int)',
      'CREATE TABLE auth.heir () INHERITS (auth.parent)',
      'INSERT INTO auth.heir VALUES (1)',
      'CREATE TABLE public.strange (id int)',
      'CREATE VIEW auth.seen AS SELECT 1 AS one',
    ])
    expect(facts.map(({ name, rows: count }) => [name, count])).toEqual([
      ['events_1', 2],
      ['heir', 1],
      ['parent', 0],
    ])
  })

  it('is an error where rows are hidden, and not a smaller count', async () => {
    const hidden = [
      table,
      fill(rows),
      'ALTER TABLE auth.things ENABLE ROW LEVEL SECURITY',
      'ALTER TABLE auth.things FORCE ROW LEVEL SECURITY',
      'CREATE ROLE reader',
      'GRANT USAGE ON SCHEMA auth TO reader',
      'GRANT SELECT ON auth.things TO reader',
    ]
    await expect(factsOf(young(), hidden, ['SET ROLE reader'])).rejects.toThrow('row-level security')
  })
})
