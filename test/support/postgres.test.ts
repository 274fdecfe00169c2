import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from './postgres.ts'

describe.each([15, 18] as const)('startPostgres %i', (version) => {
  let server: PostgresServer
  let startedInMs: number
  beforeAll(async () => {
    const before = Date.now()
    server = await startPostgres({ version })
    startedInMs = Date.now() - before
  }, 30_000)
  afterAll(() => server.stop())

  it('is up soon, in the version that was asked for', async () => {
    const client = await server.connect(server.administrator)
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
    await client.end()
    expect(rows[0]!.server_version.split('.')[0]).toBe(String(version))
    // 4 s on an idle machine of two cores; twice that when it is busy.
    expect(startedInMs).toBeLessThan(8_000)
  })

  it('encrypts, with a certificate that verify-full accepts', async () => {
    const client = await server.connect(server.administrator)
    const { rows } = await client.query('SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
    await client.end()
    expect(rows).toEqual([{ ssl: true, version: 'TLSv1.3' }])
  })

  it.each([
    { because: 'it demands TLS', change: { ssl: false }, says: /no encryption|pg_hba/ },
    { because: 'its CA is no public one', change: { ssl: true }, says: /certificate/ },
    {
      because: 'the password is wrong',
      change: { password: 'wrong' },
      says: /password authentication failed/,
    },
  ])('refuses a connection when $because', async ({ change, says }) => {
    const client = new Client({
      host: server.host,
      port: server.port,
      database: 'postgres',
      ...server.administrator,
      ssl: { ca: server.ca! },
      ...change,
    })
    await expect(client.connect()).rejects.toThrow(says)
  })

  it('gives an administrator who makes databases and roles and is no superuser', async () => {
    const client = await server.connect(server.administrator)
    const { rows } = await client.query(
      'SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user',
    )
    expect(rows).toEqual([
      { rolsuper: false, rolcreatedb: true, rolcreaterole: true, rolreplication: false, rolbypassrls: false },
    ])
    await client.query('CREATE ROLE someone LOGIN')
    await client.query('CREATE DATABASE something')
    await expect(client.query('COPY pg_roles TO PROGRAM $$true$$')).rejects.toThrow(
      /permission denied|superuser/,
    )
    await client.end()
  })

  it('keeps what was committed when it is killed', async () => {
    const before = await server.connect(server.administrator, 'something')
    await before.query('CREATE TABLE kept AS SELECT 42 AS answer')
    await server.halt('crash')
    await expect(server.connect(server.administrator)).rejects.toThrow(/ECONNREFUSED/)
    await server.resume()
    const after = await server.connect(server.administrator, 'something')
    expect((await after.query('SELECT answer FROM kept')).rows).toEqual([{ answer: 42 }])
    await after.end()
  })
})

describe('startPostgres', () => {
  it('leaves nothing behind', async () => {
    const server = await startPostgres({ version: 18, tls: false })
    const client = await server.connect(server.superuser)
    expect((await client.query('SHOW ssl')).rows).toEqual([{ ssl: 'off' }])
    await server.stop()
    expect(existsSync(dirname(server.logFile))).toBe(false)
    await expect(server.connect(server.superuser)).rejects.toThrow(/ECONNREFUSED/)
  }, 30_000)
})
