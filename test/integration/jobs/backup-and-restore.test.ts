import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Manifest } from '../../../operator/src/backups/manifest.ts'
import { bundleName, manifestName } from '../../../operator/src/backups/object-name.ts'
import { dump } from '../../../operator/src/jobs/backup/dump.ts'
import { storeBundle } from '../../../operator/src/jobs/backup/store.ts'
import { lockKey } from '../../../runtime/src/db/migrator.ts'
import { schemaVersion } from '../../../runtime/src/db/schema-version.ts'
import { BackupLab, type LabTenant } from '../../support/backup-lab.ts'
import { volumeIn } from '../../support/lab-store.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'

describe.each([15, 18] as const)('a backup of PostgreSQL %i', (version) => {
  let server: PostgresServer
  let lab: BackupLab
  let tenant: LabTenant
  beforeAll(async () => {
    server = await startPostgres({ version })
    lab = new BackupLab(volumeIn)
    tenant = await lab.tenant(server, 500)
  })
  afterAll(async () => {
    await lab.remove()
    await server.stop()
  })

  it('is restored into an empty database: the same rows, the same shape, the same rights', async () => {
    const name = lab.nameOf(tenant.tenantID, 1)
    const { first, second } = await lab.backup(lab.dumpOrder(server, tenant, name))
    if (first.status === 'rejected') throw first.reason
    if (second.status === 'rejected') throw second.reason
    const manifest = first.value
    expect(second.value.manifest).toEqual(manifest)
    expect(manifest).toMatchObject({
      users: 500,
      schemaVersion,
      reason: 'Scheduled',
      object: bundleName(name),
    })
    expect(manifest.tables.find((table) => table.name === 'sessions')?.rows).toBe(1000)

    const target = await lab.prepared(server)
    const restored = await lab.restore(
      lab.loadOrder(server, target, { ...name, object: bundleName(name), sha256: manifest.bundle.sha256 }),
    )
    if (restored.second.status === 'rejected') throw restored.second.reason
    expect(restored.first.status).toBe('fulfilled')
    expect(restored.second.value.manifest).toEqual(manifest)
    // Owners and rights are as if a migration had made the tables here.
    expect(await target.plan()).toEqual({ steps: [], findings: [] })
    const here = await lab.asOwner(server, target, (client) =>
      client.query('SELECT * FROM auth.users ORDER BY id'),
    )
    const there = await lab.asOwner(server, tenant, (client) =>
      client.query('SELECT * FROM auth.users ORDER BY id'),
    )
    expect(here.rows).toEqual(there.rows)
  })

  it('is of one moment, while people come and go and a migration changes the tables', async () => {
    const busy = await lab.tenant(server, 3_000)
    const name = lab.nameOf(busy.tenantID, 1)
    const stopping = new AbortController()
    const traffic = [
      `INSERT INTO auth.users SELECT gen_random_uuid(), sha256(uuid_send(gen_random_uuid())) || sha256(uuid_send(gen_random_uuid())), 'new', 'active', now()`,
      'DELETE FROM auth.users WHERE id IN (SELECT id FROM auth.users LIMIT 1)',
      'UPDATE auth.sessions SET last_seen_at = now() WHERE id IN (SELECT id FROM auth.sessions LIMIT 5)',
      // Rewrites the table: to a snapshot that is older than that, it is empty.
      `SELECT pg_advisory_lock(${String(lockKey)});
       ALTER TABLE auth.passkeys ALTER COLUMN sign_count TYPE bigint USING sign_count + 1;
       SELECT pg_advisory_unlock(${String(lockKey)})`,
    ].map((sql) =>
      lab.asOwner(server, busy, async (client) => {
        let done = 0
        for (; !stopping.signal.aborted; done++) await client.query(sql)
        return done
      }),
    )
    const { first, second } = await lab.backup(lab.dumpOrder(server, busy, name))
    stopping.abort()
    expect(Math.min(...(await Promise.all(traffic)))).toBeGreaterThan(0)
    if (first.status === 'rejected') throw first.reason
    if (second.status === 'rejected') throw second.reason
    const { passkeys } = rowsOf(first.value)
    expect(passkeys).toBeGreaterThan(1_000)

    const target = await lab.prepared(server)
    const restored = await lab.restore(lab.loadOrder(server, target, { ...name, object: bundleName(name) }))
    if (restored.second.status === 'rejected') throw restored.second.reason
  })

  it('opens with the age program and the right identity, and with no other', async () => {
    const name = lab.nameOf(tenant.tenantID, 2)
    const { second } = await lab.backup(lab.dumpOrder(server, tenant, name))
    expect(second.status).toBe('fulfilled')
    const file = join(lab.folder, 'store', bundleName(name))
    const open = (identity: string) =>
      execFileSync(lab.tools.age, ['--decrypt', '--identity', identity, file], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    const archive = join(lab.folder, 'archive')
    writeFileSync(archive, open(lab.identity(tenant.tenantID).file))
    const contents = execFileSync(lab.tools.pgRestore, ['--list', archive], { encoding: 'utf8' })
    expect(contents).toContain('TABLE DATA auth users')
    expect(() => open(lab.identity('z3x9q7w2ab').file)).toThrow('no identity matched')
  })

  it('holds no word of what is in it, in bundle, manifest or progress', async () => {
    const name = lab.nameOf(tenant.tenantID, 3)
    const order = lab.dumpOrder(server, tenant, name)
    const { io, told } = lab.listening()
    const { socket, peerWaitMs } = order
    await Promise.all([
      dump(order, io),
      storeBundle({ name, socket, peerWaitMs, keys: lab.installation.keys }, lab.store, io),
    ])
    const files = [bundleName(name), manifestName(name)].map((object) =>
      readFileSync(join(lab.folder, 'store', object)),
    )
    const [jws = ''] = files
      .slice(1)
      .map((file) => Buffer.from(file.toString('utf8').split('.')[1] ?? '', 'base64url').toString('utf8'))
    for (const text of [...files.map((file) => file.toString('latin1')), jws, JSON.stringify(told)])
      expect(text).not.toMatch(/Zoë|Zo\xc3\xab|2001:db8::|PGDMP/)
    expect(told).toContainEqual({ table: 'auth.users' })
    expect(Math.max(...told.map(({ bytes = 0 }) => bytes))).toBe(files[0]?.length)
  })
})

describe('a backup of an older server', () => {
  it('is restored into a newer one, and that of the newer one not into the older', async () => {
    const [older, newer] = [await startPostgres({ version: 15 }), await startPostgres({ version: 18 })]
    const lab = new BackupLab(volumeIn)
    try {
      const restored = async (from: PostgresServer, to: PostgresServer) => {
        const tenant = await lab.tenant(from, 50)
        const name = lab.nameOf(tenant.tenantID, 1)
        const { second } = await lab.backup(lab.dumpOrder(from, tenant, name))
        if (second.status === 'rejected') throw second.reason
        const target = await lab.prepared(to)
        return (await lab.restore(lab.loadOrder(to, target, { ...name, object: bundleName(name) }))).second
      }
      expect(await restored(older, newer)).toMatchObject({
        status: 'fulfilled',
        value: { manifest: { users: 50 } },
      })
      expect(await restored(newer, older)).toMatchObject({
        status: 'rejected',
        reason: { code: 'SCHEMA_NEWER' },
      })
    } finally {
      await lab.remove()
      await older.stop()
      await newer.stop()
    }
  })
})

const rowsOf = ({ tables }: Manifest): Record<string, number> =>
  Object.fromEntries(tables.map(({ name, rows }) => [name, rows]))
