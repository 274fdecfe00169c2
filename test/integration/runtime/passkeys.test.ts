import { createRemoteJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { flag, type Twist } from '../../support/authenticator.ts'
import { servedTenant } from '../../support/served-tenant.ts'

describe.each([15, 18] as const)('passkeys on PostgreSQL %i', (version) => {
  const served = servedTenant(version)

  const rows = async (text: string, values: unknown[] = []) =>
    (await served.sql.query<Record<string, unknown>>(text, values)).rows
  const lastEvent = async () => (await rows('SELECT * FROM auth.audit_events ORDER BY id DESC LIMIT 1'))[0]
  const count = async (table: string) =>
    Number((await rows(`SELECT count(*) FROM auth.${table}`))[0]?.['count'])

  it('signs a person up and in; jose verifies the token against the JWKS', async () => {
    const up = await served.client.signUp('Ada')
    expect(up.status).toBe(201)
    const answer = await served.client.signIn(up.passkey)
    expect(answer.status).toBe(200)
    expect(answer.body.user).toEqual({ id: up.body.user.id, name: 'Ada' })
    const { payload } = await jwtVerify(
      answer.body.access_token,
      createRemoteJWKSet(new URL('/.well-known/jwks.json', served.tenant.url)),
      { issuer: served.tenant.url, audience: served.tenant.url, typ: 'at+jwt', algorithms: ['RS256'] },
    )
    expect(payload).toMatchObject({
      sub: up.body.user.id,
      sid: answer.body.session.id,
      amr: ['pop', 'user', 'mfa'],
    })
  })

  it('keeps no secret as it was given out', async () => {
    const up = await served.client.signUp()
    const kept = JSON.stringify(
      await rows('SELECT encode(secret_hash, $1) AS hash FROM auth.refresh_tokens', ['hex']),
    )
    expect(kept).not.toContain(Buffer.from(up.body.refresh_token).toString('hex'))
    expect(kept).not.toContain(Buffer.from(up.body.refresh_token, 'base64url').toString('hex'))
  })

  it('writes who, whence and what in the transaction of a success', async () => {
    const { body } = await served.client.signUp()
    expect(await lastEvent()).toMatchObject({
      type: 'sign_up',
      outcome: 'success',
      user_id: body.user.id,
      ip: '127.0.0.1',
      user_agent: 'node',
      country: null,
    })
  })

  const refusals: [string, Twist, string][] = [
    ['an origin that is not listed', { origin: 'https://evil.example' }, 'wrong_origin'],
    ['an iframe of another site', { crossOrigin: true }, 'cross_origin'],
    ['a registration’s client data', { type: 'webauthn.create' }, 'wrong_type'],
    ['another rpId', { rpId: 'evil.example' }, 'wrong_rp_id'],
    ['a person who was not verified', { flags: flag.userPresent | flag.eligible }, 'user_not_verified'],
    ['nobody present', { flags: flag.userVerified | flag.eligible }, 'user_not_present'],
    [
      'a changed eligibility for backup',
      { flags: flag.userPresent | flag.userVerified },
      'backup_eligibility_changed',
    ],
    ['no user handle', { userHandle: null }, 'user_handle_missing'],
    ['another person’s user handle', { userHandle: 'AAAA' }, 'user_handle_mismatch'],
  ]
  it.each(refusals)('refuses %s with the one sentence, and records why', async (_because, twist, reason) => {
    const { passkey } = await served.client.signUp()
    const { status, body } = await served.client.signIn(passkey, twist)
    expect([status, body.error]).toEqual([401, 'sign_in_failed'])
    expect(await lastEvent()).toMatchObject({
      type: 'sign_in',
      outcome: 'failure',
      reason,
      identifier: passkey.id,
    })
  })

  it('answers an unknown passkey and a wrong signature alike', async () => {
    const { passkey } = await served.client.signUp()
    const wrong = await served.client.answer(passkey)
    const signature = Buffer.from(wrong.response.signature, 'base64url')
    signature[signature.length - 1] = signature.readUInt8(signature.length - 1) ^ 1
    wrong.response.signature = signature.toString('base64url')
    const unknown = await served.client.answer({ ...passkey, id: Buffer.alloc(32, 1).toString('base64url') })
    const verify = (credential: object) =>
      served.client.post('/v1/passkeys/authentication/verify', { credential })
    const [a, b] = [await verify(wrong), await verify(unknown)]
    expect([a.status, a.body]).toEqual([401, b.body])
    expect(b.status).toBe(401)
    const events = await rows('SELECT reason FROM auth.audit_events ORDER BY id DESC LIMIT 2')
    expect(events.map((event) => event['reason'])).toEqual(['unknown_passkey', 'bad_signature'])
  })

  it('takes an answer once, also when it is sent ten times at once', async () => {
    const { passkey } = await served.client.signUp()
    const before = await count('sessions')
    const credential = await served.client.answer(passkey)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        served.client.post('/v1/passkeys/authentication/verify', { credential }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(400)])
    expect(await count('sessions')).toBe(before + 1)
  })

  it('takes a registration once, and a passkey for one person', async () => {
    const options = await served.client.post('/v1/passkeys/registration/options', { name: 'Ada' })
    const { credential } = served.client.authenticator.create(options.body.publicKey)
    const verify = (name = 'Ada') =>
      served.client.post('/v1/passkeys/registration/verify', { name, credential })
    expect((await verify('Eve')).body.error).toBe('challenge_invalid')
    expect((await verify()).status).toBe(201)
    expect((await verify()).status).toBe(400)
    expect(
      await rows('SELECT FROM auth.passkeys WHERE credential_id = $1', [
        Buffer.from(credential.id, 'base64url'),
      ]),
    ).toHaveLength(1)
  })

  it.each([
    { stored: 0, seen: 0, passes: true },
    { stored: 0, seen: 1, passes: true },
    { stored: 5, seen: 6, passes: true },
    { stored: 5, seen: 5, passes: false },
    { stored: 5, seen: 4, passes: false },
    { stored: 5, seen: 0, passes: false },
  ])('after counter $stored takes $seen: $passes', async ({ stored, seen, passes }) => {
    const { passkey } = await served.client.signUp()
    const id = Buffer.from(passkey.id, 'base64url')
    await served.sql.query('UPDATE auth.passkeys SET sign_count = $2 WHERE credential_id = $1', [id, stored])
    const { status } = await served.client.signIn(passkey, { signCount: seen })
    expect(status).toBe(passes ? 200 : 401)
    const [kept] = await rows('SELECT sign_count FROM auth.passkeys WHERE credential_id = $1', [id])
    expect(Number(kept?.['sign_count'])).toBe(passes ? seen : stored)
    if (!passes) expect(await lastEvent()).toMatchObject({ outcome: 'failure', reason: 'account_or_counter' })
  })

  it('lets one of ten answers with the same counter pass, and all of ten synchronised ones', async () => {
    const { passkey } = await served.client.signUp()
    const signIns = (twist: Twist) =>
      Promise.all(Array.from({ length: 10 }, () => served.client.signIn(passkey, twist)))
    expect((await signIns({})).filter(({ status }) => status === 200)).toHaveLength(10)
    expect((await signIns({ signCount: 9 })).filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('lets nobody in whose account is disabled', async () => {
    const { passkey, body } = await served.client.signUp()
    await served.sql.query("UPDATE auth.users SET state = 'disabled' WHERE id = $1", [body.user.id])
    expect((await served.client.signIn(passkey)).body.error).toBe('sign_in_failed')
    expect(
      (await served.client.post('/v1/token/refresh', { refresh_token: body.refresh_token })).status,
    ).toBe(401)
  })

  it('commits once for a sign-in, and asks the database nothing else', async () => {
    const { passkey } = await served.client.signUp()
    await served.client.signIn(passkey)
    const answers = await Promise.all(Array.from({ length: 50 }, () => served.client.answer(passkey)))
    const commits = async () => {
      // An idle backend reports its counters after ten seconds.
      await new Promise((resolve) => setTimeout(resolve, 10_500))
      const [row] = await rows('SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()')
      return Number(row?.['xact_commit'])
    }
    const before = await commits()
    for (const credential of answers) {
      expect((await served.client.post('/v1/passkeys/authentication/verify', { credential })).status).toBe(
        200,
      )
    }
    const more = (await commits()) - before
    expect(more).toBeGreaterThanOrEqual(50)
    // Our own question is one, and autovacuum may have looked in.
    expect(more).toBeLessThanOrEqual(50 + 5)
  })
})
