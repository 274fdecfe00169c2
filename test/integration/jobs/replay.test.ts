import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentText } from '../../../operator/src/backups/documents.ts'
import { type BackupName, bundleName, wholeSeconds } from '../../../operator/src/backups/object-name.ts'
import { journalText, lineOf } from '../../../operator/src/controllers/journal/lines.ts'
import { replay } from '../../../operator/src/jobs/replay/replay.ts'
import { type JournalRow } from '../../../operator/src/providers/database/outbox-port.ts'
import { BackupLab, type LabTenant } from '../../support/backup-lab.ts'
import { startJob } from '../../support/job-process.ts'
import { volumeIn } from '../../support/lab-store.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'
import { asServer } from '../providers/database/tenant-database.ts'

describe.each([15, 18] as const)('a replay on PostgreSQL %i', (version) => {
  let server: PostgresServer
  let lab: BackupLab
  let source: LabTenant
  let name: BackupName
  let sha256: string
  let people: string[]
  let passkeys: string[]
  /** What was in the outbox when the backup was taken, and not on record yet. */
  let waiting: JournalRow[]
  let journal: JournalRow[]

  const rows = async <Row extends object>(of: LabTenant, sql: string, values: unknown[] = []) =>
    (await lab.asOwner(server, of, (client) => client.query<Row>(sql, values))).rows
  const ids = async (of: LabTenant, sql: string, values: unknown[] = []) =>
    (await rows<{ id: string }>(of, sql, values)).map(({ id }) => id)
  const restored = async (): Promise<LabTenant> => {
    const target = await lab.prepared(server)
    const order = lab.loadOrder(server, target, { ...name, object: bundleName(name), sha256 })
    const { second } = await lab.restore(order)
    if (second.status === 'rejected') throw second.reason
    return target
  }
  const orderOf = (target: LabTenant, entries = journal) => ({
    server: asServer(server),
    database: target.names.database,
    username: target.names.owner,
    password: target.passwords.owner,
    journal: entries,
  })
  const outboxOf = (of: LabTenant) =>
    lab.provider.outbox.readJournal(asServer(server), of.tenantID, of.passwords.outbox, 1000)

  beforeAll(async () => {
    server = await startPostgres({ version })
    lab = new BackupLab(volumeIn)
    source = await lab.tenant(server, 40)
    people = await ids(source, 'SELECT id::text FROM auth.users ORDER BY id')
    passkeys = await ids(
      source,
      "SELECT encode(credential_id, 'hex') AS id FROM auth.passkeys ORDER BY user_id",
    )
    await rows(
      source,
      `INSERT INTO auth.audit_events (id, occurred_at, type, outcome, user_id, identifier, ip, user_agent)
       SELECT gen_random_uuid(), now(), 'sign_in', 'success', id, 'key', '2001:db8::1', 'Firefox' FROM auth.users`,
    )
    await rows(
      source,
      `INSERT INTO auth.refresh_tokens (secret_hash, session_id, created_at, expires_at)
       SELECT sha256(uuid_send(id)), id, now(), now() + interval '1 day' FROM auth.sessions LIMIT 30`,
    )
    // One of them has another one.
    await rows(
      source,
      `INSERT INTO auth.passkeys SELECT sha256(credential_id), user_id, public_key, algorithm, sign_count, backup_eligible,
         backed_up, transports, aaguid, created_at, last_used_at FROM auth.passkeys WHERE user_id = $1`,
      [people[7]],
    )
    await rows(source, 'UPDATE auth.users SET state = $2 WHERE id = $1', [people[0], 'disabled'])
    waiting = await outboxOf(source)
    name = lab.nameOf(source.tenantID, 1)
    const { second } = await lab.backup(lab.dumpOrder(server, source, name))
    if (second.status === 'rejected') throw second.reason
    sha256 = second.value.manifest.bundle.sha256
    // What happens after the backup.
    await rows(source, 'DELETE FROM auth.users WHERE id = ANY ($1)', [people.slice(1, 4)])
    await rows(source, "UPDATE auth.users SET state = 'active' WHERE id = $1", [people[0]])
    for (const state of ['disabled', 'active', 'disabled'])
      await rows(source, 'UPDATE auth.users SET state = $2 WHERE id = $1', [people[4], state])
    for (const state of ['disabled', 'active'])
      await rows(source, 'UPDATE auth.users SET state = $2 WHERE id = $1', [people[5], state])
    await rows(
      source,
      "DELETE FROM auth.passkeys WHERE credential_id = ANY (SELECT decode(unnest($1::text[]), 'hex'))",
      [passkeys.slice(6, 8)],
    )
    journal = await outboxOf(source)
  }, 180_000)
  afterAll(async () => {
    await lab.remove()
    await server.stop()
  })

  it('does what happened since, ends all sessions, and finds nothing the second time', async () => {
    const target = await restored()
    expect(await replay(orderOf(target), lab.io())).toEqual({
      ...{ entries: journal.length, erased: 3, restricted: 1, released: 1, passkeys: 2, withoutPasskey: 1 },
      ...{ sessions: 80, refreshTokens: 30, outbox: 0, users: 37 },
    })
    const left = await ids(target, 'SELECT id::text FROM auth.users ORDER BY id')
    expect(left).toEqual([people[0], ...people.slice(4)])
    expect(await ids(target, "SELECT id::text FROM auth.users WHERE state = 'disabled'")).toEqual([people[4]])
    const keys = await ids(target, "SELECT encode(credential_id, 'hex') AS id FROM auth.passkeys")
    const kept = [passkeys[0] ?? '', ...passkeys.slice(4, 6), ...passkeys.slice(8)]
    expect(keys.filter((key) => passkeys.includes(key)).toSorted()).toEqual(kept.toSorted())
    expect(keys).toHaveLength(kept.length + 1)
    for (const table of ['sessions', 'refresh_tokens'])
      expect(await rows(target, `SELECT 1 FROM auth.${table}`), table).toEqual([])
    const events = await rows(
      target,
      'SELECT identifier, ip, user_agent FROM auth.audit_events WHERE user_id = $1',
      [people[1]],
    )
    expect(events).toEqual([{ identifier: null, ip: null, user_agent: null }])
    // What it was told itself is no news; what the backup had not told yet still is.
    expect(await outboxOf(target)).toEqual(waiting)
    expect(waiting).toHaveLength(1)

    const again = await replay(orderOf(target), lab.io())
    expect(again).toMatchObject({
      erased: 0,
      restricted: 0,
      released: 0,
      passkeys: 0,
      sessions: 0,
      refreshTokens: 0,
    })
    expect(await outboxOf(target)).toEqual(waiting)
  })

  it('ends what waits to be sent, whatever later tables of the outbox are called', async () => {
    const target = await restored()
    await rows(target, `CREATE TABLE outbox."e-mails" (id int); INSERT INTO outbox."e-mails" VALUES (1), (2)`)
    expect(await replay(orderOf(target, []), lab.io())).toMatchObject({
      entries: 0,
      erased: 0,
      outbox: 2,
      users: 40,
    })
    expect(await rows(target, 'SELECT 1 FROM outbox."e-mails"')).toEqual([])
  })

  it('changes nothing where it fails: all or nothing', async () => {
    const target = await restored()
    await rows(target, "UPDATE auth.service_keys SET name = 'other' WHERE name = 'journal'")
    await expect(replay(orderOf(target), lab.io())).rejects.toMatchObject({ code: 'JOURNAL_KEYLESS' })
    const unknown = { ...journal[0]!, kind: 'person_merged' }
    await expect(replay(orderOf(target, [unknown]), lab.io())).rejects.toMatchObject({
      code: 'JOURNAL_UNREADABLE',
    })
    await rows(
      target,
      `CREATE FUNCTION auth.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
       CREATE TABLE outbox.late (id int); INSERT INTO outbox.late VALUES (1);
       CREATE TRIGGER no BEFORE DELETE ON outbox.late FOR EACH ROW EXECUTE FUNCTION auth.no();
       UPDATE auth.service_keys SET name = 'journal' WHERE name = 'other'`,
    )
    await expect(replay(orderOf(target), lab.io())).rejects.toThrow('Replaying the journal')
    expect(await ids(target, 'SELECT id::text FROM auth.users ORDER BY id')).toEqual(people)
    expect(await rows(target, 'SELECT 1 FROM auth.sessions')).toHaveLength(80)
  })

  it('needs no key where nothing was journaled', async () => {
    const target = await restored()
    await rows(target, "DELETE FROM auth.service_keys WHERE name = 'journal'")
    expect(await replay(orderOf(target, []), lab.io())).toMatchObject({ erased: 0, users: 40 })
  })

  it('is a program of the image, which says counts and nothing of people', async () => {
    const target = await restored()
    const { startedAt, expiresAt, ...rest } = name
    const { host, port } = server
    const job = documentText({
      backup: { ...rest, startedAt: wholeSeconds(startedAt), expiresAt: wholeSeconds(expiresAt) },
      database: { host, port, tls: 'verify-full', name: target.names.database, username: target.names.owner },
    })
    const mounts = { job, databaseCa: server.ca ?? '', databasePassword: target.passwords.owner }
    const started = (parts: JournalRow[][]) =>
      startJob('replay', {
        ...{ folder: lab.folder, shared: lab.folder, mounts, env: {} },
        files: Object.fromEntries(
          parts.map((part, at) => [`journal/part-000${at}`, journalText(part.map(lineOf))]),
        ),
      })
    const half = Math.floor(journal.length / 2)
    const { code, lines, terminationMessage, stderr } = await started([
      journal.slice(half),
      journal.slice(0, half),
    ]).ended
    expect([stderr, code], JSON.stringify(lines.at(-1))).toEqual(['', 0])
    expect(lines.at(-1)).toMatchObject({
      result: 'succeeded',
      facts: { sequence: 1, erased: 3, restricted: 1, users: 37 },
    })
    expect(JSON.parse(terminationMessage)).toEqual(lines.at(-1))
    expect(JSON.stringify(lines)).not.toMatch(/Zo|[0-9a-f]{8}-[0-9a-f]{4}-/)
  })

  it('knows nobody by a key that is not the one of the time', async () => {
    const target = await restored()
    const strangers = journal.map((row) => ({
      ...row,
      subject: Buffer.from(randomUUID().slice(0, 32)).toString('base64url'),
    }))
    expect(await replay(orderOf(target, strangers), lab.io())).toMatchObject({
      erased: 0,
      passkeys: 0,
      users: 40,
    })
  })
})
