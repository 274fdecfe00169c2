import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type ApiBody } from '../../support/tenant-client.ts'
import { servedTenant } from '../../support/served-tenant.ts'

const hmac = (key: Buffer, message: Buffer) => createHmac('sha256', key).update(message).digest()
const uuidBytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex')

describe.each([15, 18] as const)('the journal on PostgreSQL %i', (version) => {
  const served = servedTenant(version)
  const rows = async <T = Record<string, unknown>>(text: string, values: unknown[] = []) =>
    (await served.sql.query<T & Record<string, unknown>>(text, values)).rows
  const key = async (name: string) =>
    (await rows<{ key: Buffer }>('SELECT key FROM auth.service_keys WHERE name = $1', [name]))[0]!.key
  /** What a deed adds to the journal. */
  const entriesOf = async (deed: () => Promise<unknown>) => {
    const [before] = await rows<{ id: string }>('SELECT coalesce(max(id), 0) AS id FROM outbox.journal')
    await deed()
    return rows<{ kind: string; subject: Buffer; occurred_at: Date }>(
      'SELECT kind, subject, occurred_at FROM outbox.journal WHERE id > $1 ORDER BY id',
      [before!.id],
    )
  }
  const subjectOf = async (bytes: Buffer) => hmac(await key('journal'), bytes)
  const person = async (): Promise<ApiBody & { passkeyID: Buffer }> => {
    const { body, passkey } = await served.client.signUp()
    return { ...body, passkeyID: Buffer.from(passkey.id, 'base64url') }
  }
  /** Another passkey of the same person. */
  const secondPasskey = async (userID: string) => {
    const id = randomBytes(32)
    await rows(
      `INSERT INTO auth.passkeys
       SELECT $2, user_id, public_key, algorithm, sign_count, backup_eligible, backed_up, transports, aaguid,
              created_at, last_used_at FROM auth.passkeys WHERE user_id = $1`,
      [userID, id],
    )
    return id
  }

  it('knows HMAC-SHA-256 as node:crypto knows it, for every key of up to a block', async () => {
    for (const length of [0, 1, 16, 31, 32, 33, 63, 64]) {
      const [secret, message] = [randomBytes(length), randomBytes(length * 3)]
      const [found] = await rows<{ mac: Buffer }>('SELECT auth.hmac_sha256($1, $2) AS mac', [secret, message])
      expect(found!.mac, `a key of ${length} bytes`).toEqual(hmac(secret, message))
    }
  })

  it('has a key that follows from the first schema, so that an older backup finds its subjects', async () => {
    expect(await key('journal')).toEqual(hmac(await key('challenge'), Buffer.from('kiavi journal 1')))
  })

  it('tells of a person who is erased, by whatever path, and once', async () => {
    const { user } = await person()
    await secondPasskey(user.id)
    const before = Date.now()
    const entries = await entriesOf(() => rows('DELETE FROM auth.users WHERE id = $1', [user.id]))
    expect(entries).toEqual([
      {
        kind: 'person_erased',
        subject: await subjectOf(uuidBytes(user.id)),
        occurred_at: expect.any(Date) as Date,
      },
    ])
    expect(Math.abs(entries[0]!.occurred_at.getTime() - before)).toBeLessThan(60_000)
  })

  it('tells of people restricted and released, and of nothing else that happens to them', async () => {
    const { user } = await person()
    const set = (state: string) => rows('UPDATE auth.users SET state = $2 WHERE id = $1', [user.id, state])
    const entries = await entriesOf(async () => {
      await set('active')
      await set('disabled')
      await set('disabled')
      await rows("UPDATE auth.users SET name = 'Grace' WHERE id = $1", [user.id])
      await set('active')
    })
    const subject = await subjectOf(uuidBytes(user.id))
    expect(entries).toMatchObject([
      { kind: 'person_restricted', subject },
      { kind: 'person_released', subject },
    ])
  })

  it('tells of a passkey that is removed', async () => {
    const { user } = await person()
    const id = await secondPasskey(user.id)
    const entries = await entriesOf(() => rows('DELETE FROM auth.passkeys WHERE credential_id = $1', [id]))
    expect(entries).toMatchObject([{ kind: 'passkey_removed', subject: await subjectOf(id) }])
  })

  it('forgets a deed that was rolled back', async () => {
    const { user } = await person()
    const entries = await entriesOf(async () => {
      await rows('BEGIN')
      await rows('DELETE FROM auth.users WHERE id = $1', [user.id])
      await rows('ROLLBACK')
    })
    expect(entries).toEqual([])
  })

  it('lets nobody go without an entry: not by TRUNCATE, and not while its key is gone', async () => {
    const { user } = await person()
    for (const table of ['auth.users', 'auth.passkeys'])
      await expect(rows(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(/DELETE the rows instead/)
    await rows('BEGIN')
    await rows("DELETE FROM auth.service_keys WHERE name = 'journal'")
    await expect(rows('DELETE FROM auth.users WHERE id = $1', [user.id])).rejects.toThrow(/null value/)
    await rows('ROLLBACK')
    expect(await rows('SELECT id FROM auth.users WHERE id = $1', [user.id])).toHaveLength(1)
  })

  it('takes address, device and identifier out of the events of who is erased, and of nobody else', async () => {
    const [leaves, stays] = [await person(), await person()]
    const fail = (id: Buffer) =>
      served.client.post('/v1/passkeys/authentication/verify', {
        credential: {
          ...{ id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' },
          response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' },
        },
      })
    await fail(leaves.passkeyID)
    await fail(stays.passkeyID)
    await rows('DELETE FROM auth.users WHERE id = $1', [leaves.user.id])
    const events = (id: string) =>
      rows(
        `SELECT type, outcome, identifier, host(ip) AS ip, user_agent FROM auth.audit_events
         WHERE user_id = $1 ORDER BY id`,
        [id],
      )
    const gone = { identifier: null, ip: null, user_agent: null }
    expect(await events(leaves.user.id)).toEqual([
      { type: 'sign_up', outcome: 'success', ...gone },
      { type: 'sign_in', outcome: 'failure', ...gone },
    ])
    const whence = { ip: '127.0.0.1', user_agent: 'node' }
    expect(await events(stays.user.id)).toEqual([
      { type: 'sign_up', outcome: 'success', identifier: null, ...whence },
      { type: 'sign_in', outcome: 'failure', identifier: stays.passkeyID.toString('base64url'), ...whence },
    ])
    const about = await rows('SELECT FROM auth.audit_events WHERE identifier = $1', [
      leaves.passkeyID.toString('base64url'),
    ])
    expect(about).toEqual([])
  })

  it('takes no note of a person in the events of a passkey that is remembered and erased', async () => {
    const { body, passkey } = await served.client.signUp()
    await served.client.signIn(passkey)
    await rows('DELETE FROM auth.users WHERE id = $1', [body.user.id])
    expect((await served.client.signIn(passkey)).body.error).toBe('sign_in_failed')
    const [last] = await rows('SELECT reason, user_id FROM auth.audit_events ORDER BY id DESC LIMIT 1')
    expect(last).toEqual({ reason: 'account_or_counter', user_id: null })
  })

  it('fires on nothing that signing in or signing up writes', async () => {
    const triggers = await rows(`
      SELECT tgrelid::regclass::text || ' ' || tgname AS name, (tgtype & 4 > 0) AS on_insert,
             array_length(tgattr::int2[], 1) AS of_columns, (tgtype & 16 > 0) AS on_update
      FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1`)
    expect(triggers.filter(({ on_insert }) => on_insert)).toEqual([])
    expect(triggers.filter(({ on_update }) => on_update)).toEqual([
      { name: 'auth.users user_state_changed', on_insert: false, of_columns: 1, on_update: true },
    ])
    expect(triggers).toHaveLength(5)
  })

  it('says of an entry whether it is stored, and nothing else', async () => {
    const ask = async (id: string) =>
      (await rows<{ stored: boolean }>('SELECT auth.journal_is_stored($1) AS stored', [id]))[0]!.stored
    const { user } = await person()
    await rows('DELETE FROM auth.users WHERE id = $1', [user.id])
    const [entry] = await rows<{ id: string }>('SELECT max(id) AS id FROM outbox.journal')
    expect(await ask(entry!.id)).toBe(false)
    await rows('DELETE FROM outbox.journal WHERE id = $1', [entry!.id])
    expect(await ask(entry!.id)).toBe(true)
  })

  it('finds a person by the subject again', async () => {
    const { user } = await person()
    const found = await rows(
      'SELECT id FROM auth.users WHERE auth.journal_subject(uuid_send(id)) = ANY ($1)',
      [[await subjectOf(uuidBytes(user.id)), await subjectOf(uuidBytes(randomUUID()))]],
    )
    expect(found).toEqual([{ id: user.id }])
  })
})
