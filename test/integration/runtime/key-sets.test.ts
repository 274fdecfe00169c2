import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { servedTenant } from '../../support/served-tenant.ts'
import { type ApiBody } from '../../support/tenant-client.ts'
import {
  type KeySetTerms,
  keySetText,
  makeSigningKey,
  mountFiles,
  mountKeys,
  type TestKey,
} from '../../support/tenant-files.ts'

const served = servedTenant()
const [a, b, c] = [makeSigningKey(), makeSigningKey(), makeSigningKey()] as [TestKey, TestKey, TestKey]

interface Readiness {
  activeKid: string
  keySet: {
    version: number
    activeSeconds: number
    keys: { kid: string; seconds: number; always: boolean }[]
  }
}
const folder = () => join(served.tenant.folder, 'keys')
const readiness = async () => (await (await fetch(`${served.tenant.metricsUrl}/readyz`)).json()) as Readiness
const jwks = (etag = '') =>
  fetch(`${served.tenant.url}/.well-known/jwks.json`, { headers: { 'if-none-match': etag } })

let version = 1_000
/** Mounts a key set and waits until the runtime says that it serves it. */
async function serve(keys: TestKey[], terms: KeySetTerms = {}): Promise<void> {
  version += 1
  mountKeys(folder(), keys, { version, ...terms })
  const serves = async () => (await readiness()).keySet.version === (terms.version ?? version)
  await eventually('the key set in use', serves, 5_000)
}

const refresh = (token: string) => served.client.post('/v1/token/refresh', { refresh_token: token })
const withToken = async ({ access_token: token }: ApiBody) =>
  (await fetch(`${served.tenant.url}/v1/session`, { headers: { authorization: `Bearer ${token}` } })).status
const withCookie = (path: string, cookie: string) =>
  fetch(served.tenant.url + path, { headers: { cookie }, redirect: 'manual' })
const kidOf = ({ access_token: token }: ApiBody) =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid
const metrics = async () => (await fetch(`${served.tenant.metricsUrl}/metrics`)).text()

describe('a new key set', () => {
  it('is published with an ETag and a Cache-Control of its own, and signed with', async () => {
    await serve([a, b])
    const etag = (await jwks()).headers.get('etag')!
    expect((await jwks(etag)).status).toBe(304)
    await serve([b, a], { jwksMaxAgeSeconds: 10 })
    const next = await jwks(etag)
    expect([next.status, next.headers.get('cache-control')]).toEqual([200, 'public, max-age=10'])
    expect(await next.json()).toEqual({ keys: [b.publicKey, a.publicKey] })
    expect(kidOf((await served.client.signUp()).body)).toBe(b.publicKey.kid)
  })

  it('is told of: in the log, in metrics, and to the operator', async () => {
    await serve([a])
    await serve([b, a])
    expect(await readiness()).toMatchObject({
      activeKid: b.publicKey.kid,
      keySet: { version, keys: [{ kid: b.publicKey.kid, always: false }, { kid: a.publicKey.kid }] },
    })
    // Lines are written some at a time.
    const told = await eventually('the line in the log', () =>
      Promise.resolve(served.runtime.lines.find(({ keySetVersion }) => keySetVersion === version)),
    )
    expect(told).toMatchObject({ activeKid: b.publicKey.kid, publishedKeys: 2 })
    const text = await metrics()
    expect(text).toContain(`\nkiavi_key_set_version ${version}\n`)
    expect(text.match(/^kiavi_signing_key_info.*$/gm)).toEqual([
      `kiavi_signing_key_info{kid="${b.publicKey.kid}"} 1`,
    ])
  })

  it('is taken also with a lower version, as a restored record has it', async () => {
    await serve([b, a])
    await serve([a], { version: 3 })
    expect(kidOf((await served.client.signUp()).body)).toBe(a.publicKey.kid)
  })
})

describe('while the mounted keys are away or broken', () => {
  const works = async () => {
    const up = await served.client.signUp()
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', served.tenant.url))
    await jwtVerify(up.body.access_token, keys, { issuer: served.tenant.url })
    return [up.status, kidOf(up.body), await withToken(up.body)]
  }
  const refusals = async () => Number(/reads_total\{result="refused"\} (\d+)/.exec(await metrics())?.[1] ?? 0)
  const refusedSince = (before: number) =>
    eventually('the refusal', () => readiness().then(async () => (await refusals()) > before), 5_000)

  it.each<[string, () => () => void]>([
    [
      'the files are gone',
      () => {
        renameSync(join(folder(), '..data'), join(folder(), 'hidden'))
        return () => renameSync(join(folder(), 'hidden'), join(folder(), '..data'))
      },
    ],
    [
      'the set is half written',
      () => (mountFiles(folder(), { 'keyset.json': '{"version":' }), () => undefined),
    ],
    [
      'the active private half is missing',
      () => {
        const files = { 'keyset.json': keySetText([b, a]), [`${a.publicKey.kid}.pem`]: a.privatePem }
        mountFiles(folder(), files)
        return () => undefined
      },
    ],
  ])('because %s, it signs, publishes and verifies from memory', async (_because, harm) => {
    await serve([a, b])
    const before = await refusals()
    const mend = harm()
    await refusedSince(before)
    expect(await works()).toEqual([201, a.publicKey.kid, 200])
    mend()
    await serve([b, a])
    expect(await works()).toEqual([201, b.publicKey.kid, 200])
  })
})

describe('an access token', () => {
  it('is good while its key retires, and refused once the key is revoked; the session goes on', async () => {
    await serve([a, b])
    const { body } = await served.client.signUp()
    await serve([b, a])
    expect(await withToken(body)).toBe(200)
    await serve([b, c])
    expect(await withToken(body)).toBe(401)
    const next = await refresh(body.refresh_token)
    expect([next.status, kidOf(next.body), next.body.session.id]).toEqual([
      200,
      b.publicKey.kid,
      body.session.id,
    ])
    expect(await withToken(next.body)).toBe(200)
  })
})

describe('a key set that ends sessions', () => {
  it('ends those of who signed in before: by refresh token, access token and cookie', async () => {
    await serve([a])
    const { body, passkey } = await served.client.signUp()
    const { body: refreshed } = await refresh((await served.client.signIn(passkey)).body.refresh_token)
    const page = await served.client.signUp('Ada', { deliver: 'cookie' })
    const cookie = page.headers.get('set-cookie')!.split(';')[0]!
    await serve([a], { sessionsNotBefore: new Date() })

    expect(await withToken(body)).toBe(401)
    expect((await withCookie('/v1/session', cookie)).status).toBe(401)
    expect((await withCookie('/account', cookie)).headers.get('location')).toBe('/sign-in')
    for (const token of [body.refresh_token, refreshed.refresh_token, body.refresh_token]) {
      const answer = await refresh(token)
      expect([answer.status, answer.body.error]).toEqual([401, 'refresh_token_invalid'])
    }
    const { rows } = await served.sql.query<{ reason: string }>(
      "SELECT reason FROM auth.audit_events WHERE type = 'token_refresh' ORDER BY id DESC LIMIT 3",
    )
    expect(rows.map(({ reason }) => reason)).toEqual(Array(3).fill('token_unknown'))
    const { rows: spent } = await served.sql.query(
      'SELECT FROM auth.refresh_tokens WHERE session_id = $1 AND used_at IS NOT NULL',
      [body.session.id],
    )
    expect(spent).toEqual([])
  })

  it('lets everybody sign in again, and stay so with the next key set', async () => {
    const { passkey } = await served.client.signUp()
    const sessionsNotBefore = new Date()
    await serve([a], { sessionsNotBefore })
    const { body } = await served.client.signIn(passkey)
    expect(await withToken(body)).toBe(200)
    await serve([b, a], { sessionsNotBefore })
    expect((await refresh(body.refresh_token)).status).toBe(200)
  })

  it('from a clock that is ahead of ours ends what is there, and no more', async () => {
    const { body, passkey } = await served.client.signUp()
    await serve([a], { sessionsNotBefore: new Date(Date.now() + 86_400_000) })
    expect((await refresh(body.refresh_token)).status).toBe(401)
    expect((await refresh((await served.client.signIn(passkey)).body.refresh_token)).status).toBe(200)
  })
})
