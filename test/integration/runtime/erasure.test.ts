import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { servedTenant } from '../../support/served-tenant.ts'
import { type Answer } from '../../support/tenant-client.ts'

const served = servedTenant()
const rows = async (text: string, values: unknown[] = []) =>
  (await served.sql.query<Record<string, unknown>>(text, values)).rows
const cookiePair = (answer: Answer) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
const bearer = (answer: Answer) => ({ authorization: `Bearer ${answer.body.access_token}` })
const erase = (answer: Answer, headers: Record<string, string> = bearer(answer)) =>
  served.client.post('/v1/user/erase', { user_id: answer.body.user.id }, headers)
const stillThere = async (answer: Answer) =>
  (await rows('SELECT FROM auth.users WHERE id = $1', [answer.body.user.id])).length === 1
/** Takes the journal over, as the operator does: rows that are gone are stored. */
const takeOver = () => rows('DELETE FROM outbox.journal')
const age = (answer: Answer, seconds: number) =>
  rows('UPDATE auth.sessions SET authenticated_at = now() - make_interval(secs => $2) WHERE id = $1', [
    answer.body.session.id,
    seconds,
  ])

describe('POST /v1/user/erase', () => {
  it('leaves nothing of a person but what happened, and confirms it once that is stored', async () => {
    const ada = await served.client.signUp()
    await served.client.signIn(ada.passkey)
    const answer = erase(ada)
    while (await stillThere(ada)) await new Promise((resolve) => setTimeout(resolve, 20))
    const asked = performance.now()
    await takeOver()
    const { status, body } = await answer
    expect([status, body.erasure.state]).toEqual([200, 'Confirmed'])
    expect(performance.now() - asked).toBeLessThan(5_000)
    expect(body.signal).toEqual({
      rpId: served.tenant.rpId,
      userId: ada.passkey.userHandle,
      allAcceptedCredentialIds: [],
    })
    for (const table of ['passkeys', 'sessions'])
      expect(await rows(`SELECT FROM auth.${table} WHERE user_id = $1`, [ada.body.user.id])).toEqual([])
    const events = await rows(
      'SELECT type, outcome, identifier, ip, user_agent, country FROM auth.audit_events WHERE user_id = $1 ORDER BY id',
      [ada.body.user.id],
    )
    const without = { outcome: 'success', identifier: null, ip: null, user_agent: null, country: null }
    expect(events).toEqual([
      { type: 'sign_up', ...without },
      { type: 'sign_in', ...without },
      { type: 'account_erasure', ...without },
    ])
    expect((await served.client.signIn(ada.passkey)).body.error).toBe('sign_in_failed')
    const again = await served.client.post('/v1/token/refresh', { refresh_token: ada.body.refresh_token })
    expect(again.status).toBe(401)
    expect((await erase(ada)).body.error).toBe('not_signed_in')
  })

  it('answers after ten seconds anyway, with a receipt that anybody may ask for', async () => {
    const ada = await served.client.signUp('Ada', { deliver: 'cookie' })
    const began = performance.now()
    const answer = await erase(ada, { cookie: cookiePair(ada) })
    const took = performance.now() - began
    expect(took).toBeGreaterThan(9_900)
    expect(took).toBeLessThan(14_000)
    const { id, state } = answer.body.erasure
    expect([answer.status, state, answer.headers.get('location')]).toEqual([
      202,
      'Recorded',
      `/v1/erasures/${id}`,
    ])
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-kiavi_session=; .*Expires=Thu, 01 Jan 1970/)
    const ask = () => served.client.get(`/v1/erasures/${id}`)
    expect(await ask()).toMatchObject({ status: 200, body: { erasure: { id, state: 'Recorded' } } })
    await takeOver()
    expect((await ask()).body).toEqual({ erasure: { id, state: 'Confirmed' } })
    await rows('UPDATE auth.erasure_receipts SET expires_at = now()')
    expect((await ask()).body.error).toBe('not_found')
  })

  it('shows in the server’s statistics while the request waits, where the operator looks for news', async () => {
    const written = async () =>
      (
        await rows('SELECT tup_inserted AS rows FROM pg_stat_database WHERE datname = current_database()')
      )[0]!['rows']
    const ada = await served.client.signUp()
    // What came before has been reported by then: an idle session does so after ten seconds.
    await new Promise((resolve) => setTimeout(resolve, 11_000))
    const before = await written()
    const answer = erase(ada)
    const began = performance.now()
    while ((await written()) === before) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(performance.now() - began).toBeLessThan(4_000)
    await takeOver()
    expect((await answer).status).toBe(200)
  })

  it.each([
    { age: 290, status: undefined, because: 'the passkey was just used' },
    { age: 301, status: 401, because: 'a session may be stolen, a passkey not' },
  ])('of somebody who signed in $age s ago: $status', async ({ age: seconds, status }) => {
    const ada = await served.client.signUp()
    await age(ada, seconds)
    const answer = erase(ada)
    if (status === undefined) {
      while (await stillThere(ada)) await new Promise((resolve) => setTimeout(resolve, 20))
      await takeOver()
      expect((await answer).status).toBe(200)
      return
    }
    const refused = await answer
    expect([refused.status, refused.body.error]).toEqual([status, 'insufficient_user_authentication'])
    expect(refused.body.error_description).toContain('sign in again')
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", max_age="300"',
    )
    expect(await stillThere(ada)).toBe(true)
  })

  it('is refused where nobody is signed in, where another site asks, and where another person is meant', async () => {
    const [ada, eve] = [
      await served.client.signUp('Ada', { deliver: 'cookie' }),
      await served.client.signUp(),
    ]
    const cookie = cookiePair(ada)
    expect((await erase(ada, {})).body.error).toBe('not_signed_in')
    expect((await erase(ada, { cookie, origin: 'https://app.localhost' })).body.error).toBe('not_signed_in')
    expect((await erase(ada, { cookie, origin: 'https://evil.example' })).status).toBe(403)
    expect((await erase(eve, { cookie })).body.error).toBe('other_user')
    expect((await served.client.post('/v1/user/erase', {}, { cookie })).status).toBe(400)
    expect([await stillThere(ada), await stillThere(eve)]).toEqual([true, true])
  })

  it('is done once, also when it is asked for five times at once', async () => {
    const ada = await served.client.signUp()
    const answers = Promise.all(Array.from({ length: 5 }, () => erase(ada)))
    while (await stillThere(ada)) await new Promise((resolve) => setTimeout(resolve, 20))
    const [count] = await rows('SELECT count(*)::int AS entries FROM outbox.journal')
    await takeOver()
    expect((await answers).map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401])
    expect(count).toEqual({ entries: 1 })
    const told = await rows("SELECT FROM auth.audit_events WHERE type = 'account_erasure' AND user_id = $1", [
      ada.body.user.id,
    ])
    expect(told).toHaveLength(1)
  })

  it('ends well beside sign-ins and refreshes of the same person', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const ada = await served.client.signUp()
      const credentials = await Promise.all(
        Array.from({ length: 6 }, () => served.client.answer(ada.passkey)),
      )
      const others = credentials.map((credential) =>
        served.client.post('/v1/passkeys/authentication/verify', { credential }),
      )
      const refresh = served.client.post('/v1/token/refresh', { refresh_token: ada.body.refresh_token })
      const answer = erase(ada)
      while (await stillThere(ada)) await new Promise((resolve) => setTimeout(resolve, 5))
      await takeOver()
      expect((await answer).status).toBe(200)
      for (const { status } of [...(await Promise.all(others)), await refresh])
        expect([200, 401]).toContain(status)
      expect(await rows('SELECT FROM auth.sessions WHERE user_id = $1', [ada.body.user.id])).toEqual([])
    }
    expect(readFileSync(served.server.logFile, 'utf8')).not.toContain('deadlock detected')
  })
})

describe('GET /v1/erasures/:receipt', () => {
  it.each(['A'.repeat(43), 'x', `${'A'.repeat(43)}'`])('knows no %s', async (receipt) => {
    const answer = await served.client.get(`/v1/erasures/${encodeURIComponent(receipt)}`)
    expect([answer.status, answer.body.error]).toEqual([404, 'not_found'])
  })
})

describe('a server that stops', () => {
  it('does not let who was erased wait for the confirmation', async () => {
    const ada = await served.client.signUp()
    const answer = erase(ada)
    while (await stillThere(ada)) await new Promise((resolve) => setTimeout(resolve, 20))
    const began = performance.now()
    served.runtime.child.kill('SIGTERM')
    expect((await answer).status).toBe(202)
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})
