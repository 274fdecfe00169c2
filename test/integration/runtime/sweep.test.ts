import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configPaths, readTenantFiles } from '../../../runtime/src/config-files.ts'
import { openPool, type Pool } from '../../../runtime/src/db/pool.ts'
import { sweep } from '../../../runtime/src/db/sweep.ts'
import { servedTenant } from '../../support/served-tenant.ts'

const served = servedTenant()
let pool: Pool

beforeAll(async () => {
  const { tenant, databaseCA } = await readTenantFiles(served.tenant.folder)
  const passwordFile = configPaths(served.tenant.folder).databaseApp
  const access = { database: tenant.database, role: tenant.database.appRole, passwordFile, ca: databaseCA }
  pool = openPool(access, () => undefined)
})
afterAll(() => pool.end())

const sessions = async () =>
  (await served.sql.query<{ id: string }>('SELECT id FROM auth.sessions')).rows.map(({ id }) => id)
const never = new Date(0)

describe('sweep', () => {
  it('deletes sessions past their end, with their refresh tokens, and keeps the others', async () => {
    const [over, lives] = [(await served.client.signUp()).body, (await served.client.signUp()).body]
    await served.sql.query('UPDATE auth.sessions SET expires_at = now() WHERE id = $1', [over.session.id])
    await sweep(pool, { now: new Date(), signedInSince: never })
    expect(await sessions()).toEqual([lives.session.id])
    const { rows } = await served.sql.query('SELECT session_id FROM auth.refresh_tokens')
    expect(rows).toEqual([{ session_id: lives.session.id }])
  })

  it('deletes sessions that a key set ended, however long they would have lived', async () => {
    const over = (await served.client.signUp()).body
    const signedInSince = new Date()
    const lives = (await served.client.signUp()).body
    expect(await sessions()).toContain(over.session.id)
    await sweep(pool, { now: new Date(), signedInSince })
    expect(await sessions()).toEqual([lives.session.id])
  })

  it('deletes receipts that nobody may ask for any more, and keeps the others', async () => {
    await served.sql.query(
      `INSERT INTO auth.erasure_receipts VALUES (sha256('a'), 1, now() - interval '1 s'), (sha256('b'), 2, now() + interval '1 h')`,
    )
    await sweep(pool, { now: new Date(), signedInSince: never })
    const { rows } = await served.sql.query('SELECT journal_id FROM auth.erasure_receipts')
    expect(rows).toEqual([{ journal_id: '2' }])
  })

  it('deletes more than it takes at a time', async () => {
    await served.sql.query(
      `INSERT INTO auth.used_challenges
       SELECT sha256(convert_to(n::text, 'UTF8')), 'epoch' FROM generate_series(1, 2500) AS n`,
    )
    expect(await sweep(pool, { now: new Date(), signedInSince: never })).toBe(2_500)
  })
})
