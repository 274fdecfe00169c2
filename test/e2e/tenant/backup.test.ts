import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { makeAgeIdentity } from '../../../operator/src/backups/age-identity.ts'
import { masterSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { storedBytes, storedNames } from '../../support/backup-store/stored.ts'
import { type BackedUpClass, backedUpClass } from '../../support/installation/backed-up-class.ts'
import { backUp } from '../../support/installation/back-up.ts'
import { applyObjects } from '../../support/installation/install.ts'
import { type World, type WorldTenant } from '../../support/installation/world.ts'
import { openCluster } from '../../support/node.setup.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { ageTools, postgresClients } from '../../support/postgres-clients.ts'
import { installed } from './installed.ts'

const cluster = await openCluster(inject('cluster'))

describe.skipIf(cluster?.gateway === undefined || cluster.hostAddress === undefined)('a KiaviBackup', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-e2e-backup-'))
  let world: World
  let place: BackedUpClass
  let tenant: WorldTenant
  beforeAll(async () => {
    world = await installed(cluster!)
    place = await backedUpClass(cluster!, { name: 'backed-up', like: world.classObjects() })
    await applyObjects(cluster!, place.objects)
    tenant = await world.tenant('backed-up.acme.test', { className: place.name })
  })
  afterAll(async () => {
    await place.store.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('becomes an encrypted bundle and a signed manifest in the store', async () => {
    const status = await backUp(cluster!, tenant, 'by-hand')
    expect(status).toMatchObject({ tenantID: tenant.tenantID, sequence: 1, users: 0 })
    const names = await storedNames(place.store)
    expect(names).toHaveLength(2)
    expect(names[0]).toBe(status.object)

    const identity = await cluster!.kubectl([
      ...['get', 'secret', masterSecret.backups(tenant.tenantID), '-n', operatorNamespace],
      ...['-o', 'jsonpath={.data.identity}'],
    ])
    const bundle = join(folder, 'bundle.age')
    writeFileSync(bundle, await storedBytes(place.store, status.object ?? ''))
    const open = (key: string) => {
      const file = join(folder, 'identity')
      writeFileSync(file, `${key}\n`, { mode: 0o600 })
      return execFileSync(ageTools().age, ['--decrypt', '--identity', file, bundle], { stdio: 'pipe' })
    }
    const archive = open(Buffer.from(identity, 'base64').toString('utf8').trim())
    const contents = execFileSync(postgresClients().pgRestore, ['--list'], { input: archive }).toString()
    expect(contents).toContain('TABLE DATA auth users')
    expect(() => open(makeAgeIdentity(randomBytes).identity)).toThrow('no identity matched')
  })

  it('is on the tenant: when it was, and when the next one is', async () => {
    const status = JSON.parse(
      await cluster!.kubectl([
        ...['get', 'kt', tenant.name, '-n', tenant.namespace, '-o', 'jsonpath={.status}'],
      ]),
    ) as {
      backups?: { lastSequence?: number; nextAt?: string }
      conditions: { type: string; status: string; reason: string }[]
    }
    expect(status.backups).toMatchObject({ lastSequence: 1, nextAt: expect.any(String) as string })
    expect(status.conditions.find(({ type }) => type === 'BackupsCurrent')).toMatchObject({ status: 'True' })
  })
})
