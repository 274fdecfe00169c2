import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleName } from '../../../operator/src/backups/object-name.ts'
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
      schemaVersion: 1,
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
})
