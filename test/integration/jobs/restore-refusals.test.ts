import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Manifest, manifestOf } from '../../../operator/src/backups/manifest.ts'
import { type BackupName, bundleName, manifestName } from '../../../operator/src/backups/object-name.ts'
import { signManifest } from '../../../operator/src/backups/sign-manifest.ts'
import { type LoadOrder } from '../../../operator/src/jobs/restore/load.ts'
import { type BackupStore } from '../../../operator/src/providers/backups/port.ts'
import { BackupLab, type LabTenant } from '../../support/backup-lab.ts'
import { volumeIn, withStore } from '../../support/lab-store.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'

let server: PostgresServer
let lab: BackupLab
let tenant: LabTenant
let target: LabTenant
let name: BackupName

beforeAll(async () => {
  server = await startPostgres({ version: 18 })
  lab = new BackupLab(volumeIn)
  tenant = await lab.tenant(server, 300)
  target = await lab.prepared(server)
  name = lab.nameOf(tenant.tenantID, 7)
  await backedUp(name)
})
afterAll(async () => {
  await lab.remove()
  await server.stop()
})

async function backedUp(as: BackupName): Promise<Manifest> {
  const { first, second } = await lab.backup(lab.dumpOrder(server, tenant, as))
  if (first.status === 'rejected') throw first.reason
  if (second.status === 'rejected') throw second.reason
  return first.value
}

const order = (change: Partial<LoadOrder> = {}, of = name) =>
  lab.loadOrder(server, target, { ...of, object: bundleName(of) }, change)

const code = (of: string) => expect.objectContaining({ code: of }) as unknown

/** Everything that a person could have left in the target: tables and the rest. */
const objectsIn = (of: LabTenant) =>
  lab.asOwner(server, of, async (client) => {
    const { rows } = await client.query<{ objects: string }>(
      `SELECT count(*) AS objects FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('auth', 'outbox', 'migrations')`,
    )
    return Number(rows[0]?.objects)
  })

/** A program that is another version than it says, or does something else. */
function program(file: string, script: string): string {
  const path = join(lab.folder, file)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

describe('load', () => {
  const refusals: { how: string; change: () => Partial<LoadOrder>; code: string }[] = [
    {
      how: "another tenant's identity",
      change: () => ({ identityFile: lab.identity('z3x9q7w2ab').file }),
      code: 'BUNDLE_LOCKED',
    },
    {
      how: 'a schema that the runtime does not know yet',
      change: () => ({ newestSchemaVersion: 0 }),
      code: 'SCHEMA_NEWER',
    },
    {
      how: 'a pg_restore that is older than the pg_dump',
      change: () => ({
        tools: { ...lab.tools, pgRestore: program('older', 'echo "pg_restore (PostgreSQL) 17.11"') },
      }),
      code: 'CLIENT_OLDER',
    },
    {
      how: 'a pg_restore that finds nothing in the dump',
      change: () => ({
        tools: { ...lab.tools, pgRestore: program('blind', 'echo "pg_restore (PostgreSQL) 18.6"') },
      }),
      code: 'RESTORE_DIFFERS',
    },
    {
      how: 'the keys of another installation',
      change: () => ({ keys: { keys: [] } }),
      code: 'MANIFEST_NOT_OURS',
    },
  ]
  it.each(refusals)('refuses $how before it touches the target', async ({ change, code: wanted }) => {
    const { second } = await lab.restore(order(change()), { keys: lab.installation.keys })
    expect(second).toEqual({ status: 'rejected', reason: code(wanted) })
    expect(await objectsIn(target)).toBe(0)
  })

  it('trusts the other container with nothing: what that was told to accept is refused here', async () => {
    const later = lab.nameOf(tenant.tenantID, 8)
    await backedUp(later)
    const expected = { ...later, object: bundleName(later) }
    const { first, second } = await lab.restore(
      { ...order(), expected },
      { expected: { ...name, object: bundleName(name) } },
    )
    expect(first.status).toBe('rejected')
    expect(second).toEqual({ status: 'rejected', reason: code('JOB_MISCONFIGURED') })
    expect(await objectsIn(target)).toBe(0)
  })

  it('refuses a database that holds something, and leaves that as it is', async () => {
    const full = await lab.tenant(server, 1)
    const before = await objectsIn(full)
    const into = { database: full.names.database, username: full.names.owner, password: full.passwords.owner }
    const { second } = await lab.restore(order(into))
    expect(second).toEqual({ status: 'rejected', reason: code('TARGET_NOT_EMPTY') })
    expect(await objectsIn(full)).toBe(before)
  })

  it('leaves nothing when the database says no in the midst', async () => {
    const into = { database: target.names.database }
    const cut = program(
      'cut',
      `case "$1" in --version|--list) exec ${lab.tools.pgRestore} "$@";; esac\n/usr/bin/head -c 9000 | ${lab.tools.pgRestore} "$@"`,
    )
    const { second } = await lab.restore(order({ ...into, tools: { ...lab.tools, pgRestore: cut } }))
    expect(second).toEqual({ status: 'rejected', reason: code('TOOL_FAILED') })
    expect(await objectsIn(target)).toBe(0)
  })

  it('leaves no bundle on its disk, whatever comes of it', async () => {
    const wrong = order({ identityFile: lab.identity('z3x9q7w2ab').file })
    await lab.restore(wrong)
    expect(readdirSync(wrong.spoolFolder)).toEqual([])
  })

  it('does not fill the disk with more than the manifest says', async () => {
    const store = withStore(lab.store, {
      read: async (object, signal) => {
        const open = await lab.store.read(object, signal)
        return object.name.endsWith('.age') ? { ...open, body: endless() } : open
      },
    })
    const { second } = await lab.restore(order(), {}, store)
    expect(second).toEqual({ status: 'rejected', reason: code('BUNDLE_CUT') })
  })

  it.each([
    {
      sql: 'DELETE FROM auth.users WHERE id = (SELECT min(id::text)::uuid FROM auth.users)',
      words: /auth\.users: 299 rows instead of 300/,
      because: 'a row is gone',
    },
    {
      sql: `UPDATE auth.users SET name = name || ' ' WHERE id = (SELECT min(id::text)::uuid FROM auth.users)`,
      words: /auth\.users: another content/,
      because: 'a row is another',
    },
    {
      sql: 'UPDATE auth.service_keys SET key = sha256(key)',
      words: /auth\.service_keys: another content/,
      because: 'a key was replaced',
    },
  ])('sees a backup that was altered and validly signed again: $because', async ({ sql, words, because }) => {
    const forged = lab.nameOf(tenant.tenantID, 20 + sql.length)
    await forge(forged, sql)
    const fresh = await lab.prepared(server)
    const into = {
      database: fresh.names.database,
      username: fresh.names.owner,
      password: fresh.passwords.owner,
    }
    const { second } = await lab.restore(order(into, forged))
    expect(second, because).toEqual({ status: 'rejected', reason: code('RESTORE_DIFFERS') })
    expect(String((second as PromiseRejectedResult).reason)).toMatch(words)
  })
})

/** Dumps what the SQL leaves of the tenant, and signs it with the counts and checksums of what was there before. */
async function forge(as: BackupName, sql: string): Promise<void> {
  const genuine = await backedUp(as)
  await lab.asOwner(server, tenant, (client) => client.query(sql))
  const other = { ...as, sequence: as.sequence + 10_000 }
  const { bundle, plaintext } = await backedUp(other)
  await move(lab.store, bundleName(other), bundleName(as), as.expiresAt)
  const forged = manifestOf({ ...genuine, bundle, plaintext })
  await replace(manifestName(as), signManifest(forged, lab.installation.privateKey), as.expiresAt)
}

async function move(store: BackupStore, from: string, to: string, expiresAt: Date): Promise<void> {
  const { body } = await store.read({ name: from })
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  await replace(to, Buffer.concat(chunks), expiresAt)
}

async function replace(object: string, content: string | Buffer, expiresAt: Date): Promise<void> {
  const there = await lab.store.head(object)
  if (there !== undefined) await lab.store.remove(there)
  await lab.store.put({ name: object, expiresAt }, once(Buffer.from(content)))
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream
async function* once(bytes: Buffer) {
  yield bytes
}

async function* endless() {
  for (;;) {
    await Promise.resolve()
    yield Buffer.alloc(65_536)
  }
}
