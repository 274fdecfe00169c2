import { type Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../support/postgres.ts'
import { TenantClient } from '../../support/tenant-client.ts'
import { makeTenant } from '../../support/tenant-runtime.ts'

let server: PostgresServer
let turn = 0
beforeAll(async () => {
  server = await startPostgres({ version: 15 })
})
afterAll(() => server.stop())

/** The address that the audit log has of a sign-up that says it was forwarded so. */
async function recorded(trustedProxies: string[], forwarded: string): Promise<string | undefined> {
  turn += 1
  const tenant = await makeTenant(server, `proxies00${turn}`, { trustedProxies })
  await tenant.migrate()
  const runtime = await tenant.start()
  const client = new TenantClient(tenant)
  const options = await client.post('/v1/passkeys/registration/options', { name: 'Ada' })
  const { credential } = client.authenticator.create(options.body.publicKey)
  await client.post(
    '/v1/passkeys/registration/verify',
    { name: 'Ada', credential },
    { 'x-forwarded-for': forwarded },
  )
  const sql: Client = await server.connect(server.superuser, tenant.database.name)
  const { rows } = await sql.query<{ ip: string }>('SELECT host(ip) AS ip FROM auth.audit_events')
  await sql.end()
  await runtime.stop()
  tenant.remove()
  return rows[0]?.ip
}

describe('X-Forwarded-For', () => {
  it.each([
    { because: 'nobody is believed', trusted: [], forwarded: '192.0.2.1', ip: '127.0.0.1' },
    {
      because: 'the peer is no proxy of ours',
      trusted: ['10.0.0.0/8'],
      forwarded: '192.0.2.1',
      ip: '127.0.0.1',
    },
    { because: 'our proxy says so', trusted: ['127.0.0.0/8'], forwarded: '192.0.2.1', ip: '192.0.2.1' },
    {
      because: 'what stands left of the first stranger was written by that stranger',
      trusted: ['127.0.0.0/8', '10.0.0.0/8'],
      forwarded: '198.51.100.66, 192.0.2.1, 10.1.2.3',
      ip: '192.0.2.1',
    },
    { because: 'IPv6 works too', trusted: ['127.0.0.0/8'], forwarded: '2001:db8::7', ip: '2001:db8::7' },
  ])('gives $ip, because $because', async ({ trusted, forwarded, ip }) => {
    expect(await recorded(trusted, forwarded)).toBe(ip)
  })

  it('with something that is no address fails no sign-up', async () => {
    expect(await recorded(['127.0.0.0/8'], 'unknown')).toBe('127.0.0.1')
  })
})
