import { describe, expect, it } from 'vitest'
import { servedTenant } from '../../support/served-tenant.ts'
import { TenantClient, type Answer } from '../../support/tenant-client.ts'

const served = servedTenant()

const get = (path: string, headers: Record<string, string>) =>
  fetch(served.tenant.url + path, { headers, redirect: 'manual' })
const refresh = (token: string) => served.client.post('/v1/token/refresh', { refresh_token: token })
const who = async (accessToken: string) =>
  (await get('/v1/session', { authorization: `Bearer ${accessToken}` })).status
const cookieOf = (answer: Answer) => answer.headers.get('set-cookie') ?? ''
const cookiePair = (answer: Answer) => cookieOf(answer).split(';')[0] ?? ''

describe('POST /v1/token/refresh', () => {
  it('turns a token into an access token and its successor, time after time', async () => {
    let { body } = await served.client.signUp()
    for (let turn = 0; turn < 3; turn++) {
      const next = await refresh(body.refresh_token)
      expect(next.status).toBe(200)
      expect(next.body.refresh_token).not.toBe(body.refresh_token)
      expect(next.body.session.id).toBe(body.session.id)
      expect(await who(next.body.access_token)).toBe(200)
      body = next.body
    }
  })

  it('ends the whole family when a used token comes back, and records it', async () => {
    const { body } = await served.client.signUp()
    const second = (await refresh(body.refresh_token)).body
    expect((await refresh(body.refresh_token)).body.error).toBe('refresh_token_invalid')
    expect((await refresh(second.refresh_token)).body.error).toBe('refresh_token_invalid')
    expect(await who(second.access_token)).toBe(401)
    const { rows } = await served.sql.query(
      "SELECT reason, user_id FROM auth.audit_events WHERE type = 'token_refresh' ORDER BY id DESC LIMIT 2",
    )
    expect(rows).toEqual([
      { reason: 'token_unknown', user_id: null },
      { reason: 'token_reused', user_id: body.user.id },
    ])
  })

  it('lets one of two at once win', async () => {
    const { body } = await served.client.signUp()
    const answers = await Promise.all([refresh(body.refresh_token), refresh(body.refresh_token)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
  })

  it.each(['', 'A'.repeat(43), 'x'.repeat(257)])('refuses %j', async (token) => {
    expect((await refresh(token)).status).toBeGreaterThanOrEqual(400)
  })

  it('refuses a token past its end, and one whose session has ended', async () => {
    const [a, b] = [(await served.client.signUp()).body, (await served.client.signUp()).body]
    await served.sql.query('UPDATE auth.refresh_tokens SET expires_at = now() WHERE session_id = $1', [
      a.session.id,
    ])
    await served.sql.query('UPDATE auth.sessions SET expires_at = now() WHERE id = $1', [b.session.id])
    expect([(await refresh(a.refresh_token)).status, (await refresh(b.refresh_token)).status]).toEqual([
      401, 401,
    ])
  })
})

describe('the session cookie', () => {
  it('is set for a page of this host alone, strict in every attribute', async () => {
    const answer = await served.client.signUp('Ada', { deliver: 'cookie' })
    expect(cookieOf(answer)).toMatch(
      /^__Host-kiavi_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(answer.body.refresh_token).toBeUndefined()
    const elsewhere = new TenantClient({ ...served.tenant, origin: 'https://app.localhost' })
    const refused = await elsewhere.signUp('Ada', { deliver: 'cookie' })
    expect([refused.status, refused.body.error, cookieOf(refused)]).toEqual([403, 'origin_not_allowed', ''])
  })

  it('says who is signed in, until its own end or too long a silence', async () => {
    const answer = await served.client.signUp('Ada', { deliver: 'cookie' })
    const cookie = cookiePair(answer)
    const status = async () => (await get('/v1/session', { cookie })).status
    expect(await status()).toBe(200)
    await served.sql.query(
      "UPDATE auth.sessions SET last_seen_at = now() - interval '30 days' WHERE id = $1",
      [answer.body.session.id],
    )
    expect(await status()).toBe(401)
    await served.sql.query(
      'UPDATE auth.sessions SET last_seen_at = now(), expires_at = now() WHERE id = $1',
      [answer.body.session.id],
    )
    expect(await status()).toBe(401)
  })

  it('writes its use down once an hour', async () => {
    const answer = await served.client.signUp('Ada', { deliver: 'cookie' })
    const seen = async () => {
      const { rows } = await served.sql.query<{ at: Date }>(
        'SELECT last_seen_at AS at FROM auth.sessions WHERE id = $1',
        [answer.body.session.id],
      )
      return rows[0]!.at
    }
    const first = await seen()
    await get('/v1/session', { cookie: cookiePair(answer) })
    expect(await seen()).toEqual(first)
    await served.sql.query(
      "UPDATE auth.sessions SET last_seen_at = now() - interval '1 hour' WHERE id = $1",
      [answer.body.session.id],
    )
    await get('/v1/session', { cookie: cookiePair(answer) })
    expect((await seen()).getTime()).toBeGreaterThanOrEqual(first.getTime())
  })

  it('is another at every sign-in, and the former ends', async () => {
    const up = await served.client.signUp('Ada', { deliver: 'cookie' })
    const credential = await served.client.answer(up.passkey)
    const again = await served.client.post(
      '/v1/passkeys/authentication/verify',
      { credential, deliver: 'cookie' },
      { cookie: cookiePair(up) },
    )
    expect(cookiePair(again)).not.toBe(cookiePair(up))
    expect((await get('/v1/session', { cookie: cookiePair(up) })).status).toBe(401)
    expect((await get('/v1/session', { cookie: cookiePair(again) })).status).toBe(200)
  })
})

describe('POST /v1/session/end', () => {
  const end = (body: object, headers: Record<string, string> = {}) =>
    served.client.post('/v1/session/end', body, headers)

  it('signs out by access token, by refresh token and by cookie, each once', async () => {
    const tokens = (await served.client.signUp()).body
    expect((await end({}, { authorization: `Bearer ${tokens.access_token}` })).status).toBe(204)
    expect((await end({}, { authorization: `Bearer ${tokens.access_token}` })).status).toBe(401)
    const more = (await served.client.signUp()).body
    expect((await end({ refresh_token: more.refresh_token })).status).toBe(204)
    expect((await refresh(more.refresh_token)).status).toBe(401)
    const page = await served.client.signUp('Ada', { deliver: 'cookie' })
    const ended = await end({}, { cookie: cookiePair(page) })
    expect(ended.status).toBe(204)
    expect(cookieOf(ended)).toMatch(/^__Host-kiavi_session=; .*Expires=Thu, 01 Jan 1970/)
    expect((await get('/v1/session', { cookie: cookiePair(page) })).status).toBe(401)
    const people = [tokens.user.id, more.user.id, page.body.user.id]
    const { rows } = await served.sql.query<{ user_id: string }>(
      "SELECT user_id FROM auth.audit_events WHERE type = 'sign_out' AND user_id = ANY ($1) ORDER BY id",
      [people],
    )
    expect(rows.map((row) => row.user_id)).toEqual(people)
  })

  it('does not let another site’s page sign a visitor out', async () => {
    const page = await served.client.signUp('Ada', { deliver: 'cookie' })
    const cookie = cookiePair(page)
    expect((await end({}, { cookie, origin: 'https://app.localhost' })).status).toBe(401)
    expect((await end({}, { cookie, origin: 'https://evil.example' })).status).toBe(403)
    expect((await get('/v1/session', { cookie })).status).toBe(200)
  })
})
