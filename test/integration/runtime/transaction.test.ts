import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configPaths, readTenantFiles } from '../../../runtime/src/config-files.ts'
import { openPool, type Pool } from '../../../runtime/src/db/pool.ts'
import { inTransaction } from '../../../runtime/src/db/transaction.ts'
import { servedTenant } from '../../support/served-tenant.ts'

const served = servedTenant()
let pool: Pool
beforeAll(async () => {
  const { tenant, databaseCA: ca } = await readTenantFiles(served.tenant.folder)
  const passwordFile = configPaths(served.tenant.folder).databaseApp
  const database = { ...tenant.database, poolSize: 1 }
  pool = openPool({ database, role: database.appRole, passwordFile, ca }, () => undefined)
})
afterAll(() => pool.end())

const note = "INSERT INTO auth.used_challenges VALUES (sha256($1::bytea), now() + interval '1 h')"
const noted = async (word: string) =>
  (await served.sql.query('SELECT FROM auth.used_challenges WHERE hash = sha256($1::bytea)', [word])).rowCount

describe('inTransaction', () => {
  it('keeps all of it or none of it, and gives the connection back', async () => {
    const pid = async () => (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid
    const before = await pid()
    expect(
      await inTransaction(pool, async (client) => {
        await client.query(note, ['kept'])
        return 7
      }),
    ).toBe(7)
    await expect(
      inTransaction(pool, async (client) => {
        await client.query(note, ['undone'])
        await client.query('SELECT 1 / 0')
      }),
    ).rejects.toThrow(/division by zero/)
    expect([await noted('kept'), await noted('undone')]).toEqual([1, 0])
    expect(await pid()).toBe(before)
  })

  it('survives a connection that breaks between two statements, and does not use it again', async () => {
    await expect(
      inTransaction(pool, async (client) => {
        await client.query(note, ['lost'])
        const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
        await served.sql.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid])
        await new Promise((resolve) => setTimeout(resolve, 200))
        await client.query('SELECT 1')
      }),
    ).rejects.toThrow()
    expect(await noted('lost')).toBe(0)
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })
})
