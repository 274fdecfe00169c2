import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../support/postgres.ts'
import { TenantClient } from '../../support/tenant-client.ts'
import { makeSigningKey, mountKeys } from '../../support/tenant-files.ts'
import { makeTenant, type TenantFixture } from '../../support/tenant-runtime.ts'

let server: PostgresServer
let tenant: TenantFixture

beforeAll(async () => {
  server = await startPostgres({ version: 15 })
  tenant = await makeTenant(server, 'k3x9q7w2ab')
  await tenant.migrate()
})
afterAll(async () => {
  tenant.remove()
  await server.stop()
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const ready = () =>
  fetch(`${tenant.metricsUrl}/readyz`).then(
    (response) => response.ok,
    () => false,
  )

describe('SIGTERM', () => {
  it('is unready at once, and answers every request until nobody sends any', async () => {
    const runtime = await tenant.start({ KIAVI_DRAIN_SECONDS: '2' })
    const agent = new Agent({ keepAlive: true, maxSockets: 8 })
    let stopped = false
    let closing = 0
    const statuses: (number | string)[] = []
    const one = () =>
      new Promise<void>((resolve) => {
        const sent = request(`${tenant.url}/v1/passkeys/authentication/options`, {
          agent,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        })
        sent.on('response', (response) => {
          statuses.push(response.statusCode ?? 0)
          if (response.headers.connection === 'close') closing += 1
          response.resume().on('end', resolve)
        })
        sent.on('error', (error) => {
          statuses.push(error.message)
          resolve()
        })
        sent.end('{}')
      })
    const senders = Array.from({ length: 8 }, async () => {
      while (!stopped) await one()
    })
    await pause(300)
    const ended = runtime.stop()
    await pause(200)
    expect(await ready()).toBe(false)
    await pause(1_000)
    stopped = true
    await Promise.all(senders)
    expect(await ended).toBe(0)
    expect(statuses.length).toBeGreaterThan(20)
    expect(statuses.filter((status) => status !== 200)).toEqual([])
    expect(closing).toBeGreaterThan(0)
    expect(runtime.lines.at(-1)?.['msg']).toBe('stopped')
  })

  it('goes on answering a proxy that hears late of its end', async () => {
    const runtime = await tenant.start({ KIAVI_DRAIN_SECONDS: '1' })
    const ended = runtime.stop()
    const outcomes: (number | string)[] = []
    for (let at = 0; at < 12; at++) {
      await pause(250)
      outcomes.push(
        await fetch(`${tenant.url}/.well-known/jwks.json`).then(
          ({ status }) => status,
          (error: unknown) => String(error),
        ),
      )
    }
    expect(outcomes).toEqual(Array(12).fill(200))
    expect(await ended).toBe(0)
  })
})

describe('a running service', () => {
  it('outlives a database that ends its sessions and goes away, and says unavailable meanwhile', async () => {
    const runtime = await tenant.start()
    const client = new TenantClient(tenant)
    const { passkey } = await client.signUp()
    await server.halt('fast')
    expect(await ready()).toBe(false)
    const away = await client.signIn(passkey)
    expect([away.status, away.body.error, away.headers.get('retry-after')]).toEqual([503, 'unavailable', '1'])
    expect((await fetch(`${tenant.url}/.well-known/jwks.json`)).status).toBe(200)
    expect((await fetch(`${tenant.metricsUrl}/livez`)).status).toBe(200)
    await server.resume()
    expect((await client.signIn(passkey)).status).toBe(200)
    expect(await runtime.stop()).toBe(0)
  })

  it('follows a rotated database credential without a restart', async () => {
    const runtime = await tenant.start()
    const client = new TenantClient(tenant)
    const { passkey } = await client.signUp()
    const admin = await server.connect(server.superuser)
    await admin.query(`ALTER ROLE ${tenant.database.appRole} PASSWORD 'rotated'`)
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [
      tenant.database.appRole,
    ])
    await admin.end()
    writeFileSync(join(tenant.folder, 'database-app', 'password'), 'rotated\n')
    await pause(100)
    expect((await client.signIn(passkey)).status).toBe(200)
    await runtime.stop()
  })

  it('signs with a new key as soon as it is mounted, under load, and fails nobody', async () => {
    const runtime = await tenant.start()
    const client = new TenantClient(tenant)
    const { passkey } = await client.signUp()
    const kids = new Set<string>()
    const next = makeSigningKey()
    for (let turn = 0; turn < 30; turn++) {
      if (turn === 10) mountKeys(join(tenant.folder, 'keys'), [next, ...tenant.keys])
      const { status, body } = await client.signIn(passkey)
      expect(status).toBe(200)
      const header = Buffer.from(body.access_token.split('.')[0] ?? '', 'base64url').toString()
      kids.add((JSON.parse(header) as { kid: string }).kid)
      if (turn >= 10) await pause(100)
    }
    expect([...kids]).toEqual([tenant.keys[0]!.publicKey.kid, next.publicKey.kid])
    await runtime.stop()
  })

  it('writes no personal data and no secret to its log', async () => {
    const runtime = await tenant.start({ KIAVI_LOG_LEVEL: 'debug' })
    const client = new TenantClient(tenant)
    const up = await client.signUp('Ada Lovelace-Canary')
    const answer = await client.signIn(up.passkey)
    await client.post(`/v1/token/refresh?canary=${up.body.refresh_token}`, {
      refresh_token: up.body.refresh_token,
    })
    await fetch(`${tenant.url}/sign-in?name=canary-in-query`, { headers: { 'user-agent': 'canary-agent' } })
    await fetch(`${tenant.url}/canary-in-path`)
    const bearer = { authorization: `Bearer ${up.body.access_token}` }
    await client.get('/v1/user/passkeys', bearer)
    const erased = await client.post('/v1/user/erase', { user_id: up.body.user.id }, bearer)
    const receipt = erased.body.erasure.id
    expect((await client.get(`/v1/erasures/${receipt}`)).status).toBe(200)
    await runtime.stop()
    const log = JSON.stringify(runtime.lines)
    expect(runtime.lines.length).toBeGreaterThan(8)
    for (const secret of [
      'anary',
      '127.0.0.1:',
      up.passkey.id,
      up.body.user.id,
      up.body.access_token,
      up.body.refresh_token,
      answer.body.session.id,
      up.passkey.userHandle,
      receipt,
      tenant.database.passwords.app,
      'BEGIN',
    ]) {
      expect(log).not.toContain(secret)
    }
  })

  it('logs each request by pattern, but of the public documents only refusals', async () => {
    const runtime = await tenant.start()
    for (const path of ['jwks.json', 'oauth-authorization-server', 'openid-configuration'])
      await fetch(`${tenant.url}/.well-known/${path}`)
    await fetch(`${tenant.url}/sign-in`)
    const counted = await (await fetch(`${tenant.metricsUrl}/metrics`)).text()
    await runtime.stop()
    const logged = runtime.lines.filter(({ msg }) => msg === 'request')
    expect(logged.map(({ route, status }) => [route, status])).toEqual([
      ['unmatched', 404],
      ['/sign-in', 200],
    ])
    expect(counted).toContain('route="/.well-known/jwks.json",method="GET",status="200"} 1')
  })

  it('tells Prometheus what was asked and how it ended, by pattern', async () => {
    const runtime = await tenant.start()
    const client = new TenantClient(tenant)
    const { passkey } = await client.signUp()
    await client.signIn(passkey)
    await client.signIn(passkey, { crossOrigin: true })
    await fetch(`${tenant.url}/some-unknown-address`)
    const text = await (await fetch(`${tenant.metricsUrl}/metrics`)).text()
    expect(text).toContain('kiavi_auth_attempts_total{method="passkey",result="success"} 2')
    expect(text).toContain('kiavi_auth_attempts_total{method="passkey",result="failure"} 1')
    expect(text).toContain('kiavi_sign_in_duration_seconds_count 1')
    expect(text).toMatch(
      /http_request_duration_seconds_count\{route="\/v1\/passkeys\/authentication\/verify",method="POST",status="200"\} 1/,
    )
    expect(text).toContain('route="unmatched"')
    expect(text).not.toContain('some-unknown-address')
    await runtime.stop()
  })
})
