import { describe, expect, it } from 'vitest'
import { type Passkey } from '../../support/authenticator.ts'
import { servedTenant } from '../../support/served-tenant.ts'
import { type Answer } from '../../support/tenant-client.ts'

const served = servedTenant()
const rows = async (text: string, values: unknown[] = []) =>
  (await served.sql.query<Record<string, unknown>>(text, values)).rows
const bearer = (answer: Answer) => ({ authorization: `Bearer ${answer.body.access_token}` })
const list = (answer: Answer) => served.client.get('/v1/user/passkeys', bearer(answer))
const remove = (answer: Answer, id: string, headers = bearer(answer)) =>
  served.client.post('/v1/user/passkeys/remove', { id }, headers)
const bytes = (id: string) => Buffer.from(id, 'base64url')

/** A person with two passkeys: the second was another person's, and is handed over. */
async function personWithTwo(): Promise<{ ada: Answer; first: Passkey; second: Passkey }> {
  const { passkey: first, ...ada } = await served.client.signUp()
  const { passkey: second, body: other } = await served.client.signUp()
  await rows('UPDATE auth.passkeys SET user_id = $1 WHERE credential_id = $2', [
    ada.body.user.id,
    bytes(second.id),
  ])
  await rows('DELETE FROM auth.users WHERE id = $1', [other.user.id])
  second.userHandle = first.userHandle
  return { ada, first, second }
}

describe('GET /v1/user/passkeys', () => {
  it('lists one’s own, the oldest first, and nobody else’s', async () => {
    const { ada, first, second } = await personWithTwo()
    const { status, body } = await list(ada)
    expect(status).toBe(200)
    expect(body.passkeys.map(({ id }) => id)).toEqual([first.id, second.id])
    expect(body.passkeys[0]).toMatchObject({ backed_up: true, transports: ['internal'] })
    expect(body.signal).toEqual({
      rpId: served.tenant.rpId,
      userId: first.userHandle,
      allAcceptedCredentialIds: [first.id, second.id],
    })
    expect((await served.client.get('/v1/user/passkeys')).body.error).toBe('not_signed_in')
  })
})

describe('POST /v1/user/passkeys/remove', () => {
  it('removes one, ends every other session of the person, and tells of both', async () => {
    const { ada, first, second } = await personWithTwo()
    const elsewhere = await served.client.signIn(second)
    expect(elsewhere.status).toBe(200)
    const removed = await remove(ada, second.id)
    expect(removed.status).toBe(200)
    expect(removed.body.signal.allAcceptedCredentialIds).toEqual([first.id])
    expect((await list(ada)).body.passkeys.map(({ id }) => id)).toEqual([first.id])
    expect((await list(elsewhere)).status).toBe(401)
    const refresh = (answer: Answer) =>
      served.client.post('/v1/token/refresh', { refresh_token: answer.body.refresh_token })
    expect([(await refresh(elsewhere)).status, (await refresh(ada)).status]).toEqual([401, 200])
    expect((await served.client.signIn(second)).body.error).toBe('sign_in_failed')
    expect((await served.client.signIn(first)).status).toBe(200)
    const events = await rows(
      "SELECT type, host(ip) AS ip, identifier FROM auth.audit_events WHERE user_id = $1 AND type = 'passkey_removal'",
      [ada.body.user.id],
    )
    expect(events).toEqual([{ type: 'passkey_removal', ip: '127.0.0.1', identifier: null }])
  })

  it('never removes the last one', async () => {
    const { passkey, ...ada } = await served.client.signUp()
    const { status, body } = await remove(ada, passkey.id)
    expect([status, body.error]).toEqual([409, 'last_passkey'])
    expect(body.error_description).toContain('only passkey')
    expect((await served.client.signIn(passkey)).status).toBe(200)
  })

  it('leaves one of two that are removed at once', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const { ada, first, second } = await personWithTwo()
      const answers = await Promise.all([remove(ada, first.id), remove(ada, second.id)])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
      expect((await list(ada)).body.passkeys).toHaveLength(1)
    }
  })

  it('knows no passkey of another person, and none that was never there', async () => {
    const { ada } = await personWithTwo()
    const { passkey } = await served.client.signUp()
    for (const id of [passkey.id, Buffer.alloc(32, 7).toString('base64url')])
      expect((await remove(ada, id)).body.error).toBe('passkey_not_found')
    expect((await served.client.signIn(passkey)).status).toBe(200)
    expect((await remove(ada, '')).status).toBe(400)
  })

  it('asks for a fresh sign-in', async () => {
    const { ada, second } = await personWithTwo()
    await rows("UPDATE auth.sessions SET authenticated_at = now() - interval '301 s' WHERE id = $1", [
      ada.body.session.id,
    ])
    expect((await remove(ada, second.id)).body.error).toBe('insufficient_user_authentication')
    expect((await list(ada)).body.passkeys).toHaveLength(2)
  })
})
