import { type AddressInfo, createServer } from 'node:net'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAuthority } from '../cluster/pki.ts'
import { EffectLedger, effectLine } from './effect-ledger.ts'
import { atWrite, FaultInjector } from './faults.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { type SqlProxy, startSqlProxy } from './sql-proxy.ts'

describe.each([true, false])('startSqlProxy, TLS %s', (tls) => {
  let server: PostgresServer
  let injector: FaultInjector
  let proxy: SqlProxy
  let ca: string
  let client: Client
  let direct: Client

  const connect = async (applicationName: string) => {
    const connected = new Client({
      host: '127.0.0.1',
      port: proxy.port,
      database: 'postgres',
      application_name: applicationName,
      ...server.administrator,
      ...(tls ? { ssl: { ca } } : {}),
    })
    connected.on('error', () => {})
    await connected.connect()
    return connected
  }
  const roles = async () => {
    const { rows } = await direct.query<{ rolname: string }>(
      `SELECT rolname FROM pg_roles WHERE rolname ~ '^t_' ORDER BY 1`,
    )
    return rows.map(({ rolname }) => rolname)
  }
  const lines = () => injector.ledger.effects().map(effectLine)

  beforeAll(async () => {
    server = await startPostgres({ version: 18, tls })
    injector = new FaultInjector(new EffectLedger())
    const authority = await createAuthority('proxy authority')
    ca = authority.cert
    const identity = await authority.issue({ commonName: 'proxy', ips: ['127.0.0.1'], usage: 'server' })
    proxy = await startSqlProxy({
      server,
      injector,
      isOperator: (startup) => startup['application_name'] === 'operator',
      ...(tls ? { identity } : {}),
    })
    direct = await server.connect(server.administrator)
  }, 30_000)

  afterAll(async () => {
    await direct.end()
    await proxy.close()
    await server.stop()
  })

  beforeEach(async () => {
    injector.ledger.restart()
    injector.script = () => undefined
    injector.aimAt(() => Promise.resolve())
    client = await connect('operator')
  })

  afterEach(async () => {
    await client.end().catch(() => {})
    for (const role of await roles()) await direct.query(`DROP ROLE ${role}`)
  })

  it('numbers what changes something, with what the server said', async () => {
    await client.query(`CREATE ROLE t_a LOGIN PASSWORD 'hunter2'`)
    await client.query('SELECT rolname FROM pg_roles WHERE rolname = $1', ['t_a'])
    await expect(client.query('CREATE ROLE t_a')).rejects.toMatchObject({ code: '42710' })
    await client.query(`COMMENT ON ROLE t_a IS 'hunter2'`)
    expect(lines()).toEqual([
      '1 CREATE ROLE t_a -> ok',
      '2 CREATE ROLE t_a -> 42710',
      '3 COMMENT ROLE t_a -> ok',
    ])
    expect(JSON.stringify(injector.ledger.effects())).not.toContain('hunter2')
  })

  it('reads prepared statements, and COMMIT only where there is something to commit', async () => {
    await client.query('BEGIN')
    await client.query('COMMIT')
    await client.query('CREATE TEMP TABLE n (i int)')
    await client.query('BEGIN')
    for (const i of [1, 2])
      await client.query({ name: 'add', text: 'INSERT INTO n VALUES ($1)', values: [i] })
    await client.query('COMMIT')
    expect(lines()).toEqual([
      '1 CREATE TABLE n -> ok',
      '2 INSERT INTO n -> ok',
      '3 INSERT INTO n -> ok',
      '4 COMMIT  -> ok',
    ])
    expect(injector.ledger.effects().map((effect) => effect.inTransaction)).toEqual([
      undefined,
      true,
      true,
      undefined,
    ])
  })

  it('leaves the connections of others alone, and open when the operator dies', async () => {
    const other = await connect('runtime')
    injector.script = atWrite(1, { do: 'kill', when: 'before' })
    await other.query('CREATE ROLE t_b')
    expect(lines()).toEqual([])
    await expect(client.query('CREATE ROLE t_a')).rejects.toThrow()
    await other.query('DROP ROLE t_b')
    await other.end()
  })

  it.each<['before' | 'after', string[], string]>([
    ['before', [], '1 CREATE ROLE t_a -> unsent'],
    ['after', ['t_a'], '1 CREATE ROLE t_a -> ok'],
  ])('kills %s the statement', async (when, left, line) => {
    let killed = 0
    injector.aimAt(() => {
      killed++
      return Promise.resolve()
    })
    injector.script = atWrite(1, { do: 'kill', when })
    await expect(client.query('CREATE ROLE t_a')).rejects.toThrow()
    expect(killed).toBe(1)
    expect(await roles()).toEqual(left)
    expect(lines()).toEqual([line])
  })

  it('kills after a prepared statement, in a transaction: it is rolled back', async () => {
    injector.script = atWrite(2, { do: 'kill', when: 'after' })
    await client.query('BEGIN')
    await client.query('CREATE ROLE t_a')
    await expect(client.query('COMMENT ON ROLE t_a IS NULL', [])).rejects.toThrow()
    expect(await roles()).toEqual([])
  })

  it.each([
    { because: 'it is rolled back', end: 'ROLLBACK', says: 'undone' },
    { because: 'it is committed', end: 'COMMIT', says: 'ok' },
    { because: 'it failed before the COMMIT', end: 'SELECT 1/0; COMMIT', says: 'undone' },
    { because: 'the connection ends', end: undefined, says: 'undone' },
  ])('tells what became of a transaction: $because', async ({ end, says }) => {
    await client.query('BEGIN')
    await client.query('CREATE ROLE t_a')
    if (end === undefined) await client.end()
    else for (const statement of end.split('; ')) await client.query(statement).catch(() => {})
    await expect.poll(() => lines()[0]).toBe(`1 CREATE ROLE t_a -> ${says}`)
    expect(await roles()).toEqual(says === 'ok' ? ['t_a'] : [])
  })

  it('drops: the server never sees it', async () => {
    injector.script = atWrite(1, { do: 'drop' })
    await expect(client.query('CREATE ROLE t_a')).rejects.toThrow()
    expect(await roles()).toEqual([])
  })

  it('cuts in the middle of the answer', async () => {
    injector.script = atWrite(1, { do: 'cut' })
    await expect(client.query('CREATE ROLE t_a')).rejects.toThrow()
    expect(await roles()).toEqual(['t_a'])
  })

  it.each(['before', 'after'] as const)('delays %s the server', async (when) => {
    const milliseconds = 600
    injector.script = atWrite(1, { do: 'delay', when, milliseconds })
    const start = performance.now()
    let isDone = false
    const done = client.query('CREATE ROLE t_a').then(() => (isDone = true))
    if (when === 'before') expect(await roles()).toEqual([])
    else await expect.poll(roles, { interval: 10 }).toEqual(['t_a'])
    expect(isDone).toBe(false)
    await done
    expect(performance.now() - start).toBeGreaterThanOrEqual(milliseconds - 1)
    expect(await roles()).toEqual(['t_a'])
  })

  it.each([
    { because: 'a simple query', values: undefined },
    { because: 'a prepared statement', values: [] },
  ])('answers with an SQLSTATE instead of the server: $because', async ({ values }) => {
    injector.script = atWrite(1, { do: 'answer', status: 429 })
    const query = {
      text: 'CREATE ROLE t_a',
      ...(values === undefined ? {} : { values, queryMode: 'extended' }),
    }
    await expect(client.query(query)).rejects.toMatchObject({ code: '53300' })
    expect(await roles()).toEqual([])
    await client.query(query)
    expect(await roles()).toEqual(['t_a'])
    expect(lines()).toEqual(['1 CREATE ROLE t_a -> unsent', '2 CREATE ROLE t_a -> ok'])
  })

  it('fails the transaction with it, as PostgreSQL does', async () => {
    injector.script = atWrite(2, { do: 'answer', status: 409 })
    await client.query('BEGIN')
    await client.query('CREATE ROLE t_a')
    await expect(client.query('CREATE ROLE t_b')).rejects.toMatchObject({ code: '40001' })
    await client.query('ROLLBACK')
    await client.query('CREATE ROLE t_c')
    expect(await roles()).toEqual(['t_c'])
  })
})

describe('startSqlProxy before a server that goes away', () => {
  it.each([
    { when: 'before it speaks of TLS', answer: undefined },
    { when: 'while TLS is agreed on', answer: 'S' },
  ])('ends that connection and serves the next: $when', async ({ answer }) => {
    const leaving = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        if (answer === undefined) socket.resetAndDestroy()
        else socket.write(answer, () => setImmediate(() => socket.resetAndDestroy()))
      })
    })
    await new Promise<void>((resolve) => leaving.listen(0, '127.0.0.1', resolve))
    const { cert } = await createAuthority('nobody')
    const proxy = await startSqlProxy({
      server: { host: '127.0.0.1', port: (leaving.address() as AddressInfo).port, ca: cert },
      injector: new FaultInjector(new EffectLedger()),
      isOperator: () => true,
    })
    for (let i = 0; i < 2; i++) {
      const client = new Client({ host: '127.0.0.1', port: proxy.port, user: 'u', database: 'd' })
      client.on('error', () => {})
      await expect(client.connect()).rejects.toThrow(/terminated|ECONNRESET/)
    }
    await proxy.close()
    await new Promise((resolve) => leaving.close(resolve))
  })
})
