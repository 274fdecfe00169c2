import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { masterSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { makeAgeIdentity } from '../../../operator/src/backups/age-identity.ts'
import { decode } from '../../../operator/src/controllers/tenant/secrets/data.ts'
import { type S3Lab, startS3Lab } from '../../support/backup-store/s3-lab.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { ageTools } from '../../support/postgres-clients.ts'
import { erasePerson } from '../../support/recovery/erase-person.ts'
import { type NewTenant, apply, eventually, provision, waitFor } from './lab.ts'

const { identity, recipient } = makeAgeIdentity(randomBytes)
const folder = mkdtempSync(join(tmpdir(), 'kiavi-lost-'))
let lab: S3Lab
let world: OperatorWorld
let tenant: NewTenant
let id: string

const kubectl = (args: string[], input?: string) => world.controlPlane.kubectl(args, input)
/** Of a Secret in the operator's namespace, as text; `undefined` where there is none. */
async function secret(name: string): Promise<Record<string, string> | undefined> {
  const text = await kubectl([
    'get',
    'secret',
    name,
    '-n',
    operatorNamespace,
    '-o',
    'json',
    '--ignore-not-found',
  ])
  return text.trim() === '' ? undefined : decode((JSON.parse(text) as { data: unknown }).data)
}
const storeSecret = () => ({
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'backup-store', namespace: operatorNamespace } },
  stringData: { ...lab.options().credentials },
})
const backup = (name: string) => ({
  ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviBackup' },
  metadata: { name, namespace: tenant.namespace },
  spec: { tenantName: tenant.name },
})
const jobOf = async (run: string) => {
  const text = await kubectl(['get', 'jobs', '-n', operatorNamespace, '-o', 'json'])
  const { items } = JSON.parse(text) as {
    items: { metadata: { name: string; annotations?: Record<string, string> } }[]
  }
  return items.find(({ metadata }) => metadata.annotations?.['kiavi.eu/run'] === run)?.metadata
}

/** Somebody is erased; gives the seconds until that was confirmed. */
async function erase(): Promise<number> {
  const { app: password = '' } = (await secret(masterSecret.database(id))) ?? {}
  return erasePerson(world.postgres, { tenantID: id, password })
}
const journal = async () => (await secret(masterSecret.journal(id, 0)))?.['journal']?.trim().split('\n') ?? []

/** What lies in the store below a folder, newest last. */
function stored(of: string, kind: 'recovery' | 'journal'): string[] {
  const [installation = ''] = existsSync(join(lab.folder, 'kiavi'))
    ? readdirSync(join(lab.folder, 'kiavi'))
    : []
  const path = join(lab.folder, 'kiavi', installation, of)
  if (!existsSync(path)) return []
  const names = readdirSync(path).filter((name) => name.startsWith(`${kind}-`))
  return names.toSorted().map((name) => join(path, name))
}
function opened(file: string): string {
  const key = join(folder, 'recovery.txt')
  writeFileSync(key, identity, { mode: 0o600 })
  return execFileSync(ageTools().age, ['-d', '-i', key, file], { encoding: 'utf8' })
}

beforeAll(async () => {
  lab = await startS3Lab()
  const { endpoint, region, bucket } = lab.options()
  const s3 = {
    ...{ endpoint, region, bucket, prefix: 'kiavi', credentialsSecretName: 'backup-store' },
    tlsDisabledReason: 'A test on one machine; nobody else is there.',
  }
  world = await startOperatorWorld({
    classSpec: { backups: { store: { s3 }, recoveryRecipient: recipient } },
  })
  await apply(world.controlPlane, [storeSecret()])
  await world.operator.start()
  const made = await provision(world)
  tenant = made.tenant
  id = made.id
  // Its image has no program here: the Job waits for ever. What opens the backups and what signs them is made before.
  await apply(world.controlPlane, [backup('before')])
}, 180_000)
afterAll(async () => {
  await world.stop()
  await lab.stop()
  rmSync(folder, { recursive: true })
})

describe('an operator with a store', () => {
  it('confirms an erasure in seconds, once it lies in the cluster and in the store', async () => {
    const seconds = await erase()
    console.info(`An erasure was confirmed after ${seconds.toFixed(1)} s.`)
    expect(seconds).toBeLessThan(30)
    expect(await journal()).toEqual([expect.stringMatching(/^1 person_erased /)])
    expect(stored(id, 'journal').map(opened)).toEqual([`${(await journal()).join('\n')}\n`])
  })

  it('puts into the store what a lost cluster would take with it', async () => {
    const sets = () => Promise.resolve([stored('installation', 'recovery'), stored(id, 'recovery')])
    await eventually(sets, (all) => all.every((files) => files.length > 0), { why: 'Both recovery sets' })
    const [installation, own] = await sets()
    expect(opened(installation!.at(-1)!)).toContain('"name": "kiavi-installation-key"')
    expect(opened(own!.at(-1)!)).toContain(`"name": "${masterSecret.backups(id)}"`)
    expect(readFileSync(own!.at(-1)!, 'utf8')).not.toContain('AGE-SECRET-KEY')
  })
})

describe('a cluster that was lost', () => {
  it('is rebuilt from the store, the YAML and the recovery key, and goes on where it stopped', async () => {
    const before = {
      installation: await secret('installation'),
      key: await secret('kiavi-installation-key'),
      master: await secret(masterSecret.backups(id)),
      journal: await journal(),
    }
    await world.rebuildCluster()
    expect(await secret('installation')).toBeUndefined()
    for (const of of ['installation', id]) {
      const file = stored(of, 'recovery').at(-1)!
      await kubectl(['create', '-f', '-'], opened(file))
    }
    // What the set does not have yet is in the segments.
    if ((await journal()).length === 0) {
      const text = join(folder, 'journal.txt')
      writeFileSync(text, stored(id, 'journal').map(opened).join(''))
      const name = masterSecret.journal(id, 0)
      await kubectl([
        'create',
        'secret',
        'generic',
        name,
        '-n',
        operatorNamespace,
        `--from-file=journal=${text}`,
      ])
    }
    await apply(world.controlPlane, [storeSecret()])
    await world.operator.start()
    await apply(world.controlPlane, [
      {
        ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviAdoption', metadata: { name: 'after-the-fire' } },
        spec: {
          ...{ tenantID: id, namespace: tenant.namespace, name: tenant.name, host: tenant.host },
          ...{ newSigningKey: true, reason: 'The cluster was lost; a test decided.' },
        },
      },
      ...tenant.objects.map((object) => {
        const { kind, spec } = object as { kind: string; spec?: object }
        return kind === 'KiaviTenant' ? { ...object, spec: { ...spec, adoptTenantID: id } } : object
      }),
    ])
    const ready = await waitFor(world, tenant, 'Ready', 'True')
    expect(ready?.status?.tenantID).toBe(id)

    await apply(world.controlPlane, [backup('after')])
    const job = await eventually(
      () => jobOf('after'),
      (seen) => seen !== undefined,
      { why: 'A Job of a backup' },
    )
    const { backup: of, recipient: to } = JSON.parse(job?.annotations?.['kiavi.eu/job'] ?? '{}') as {
      backup: { installationID: string }
      recipient: string
    }
    expect([of.installationID, to]).toEqual([before.installation?.['id'], before.master?.['recipient']])
    expect(await secret('kiavi-installation-key')).toEqual(before.key)

    await erase()
    expect((await journal()).slice(0, before.journal.length)).toEqual(before.journal)
    expect(await journal()).toHaveLength(before.journal.length + 1)
  }, 240_000)
})
