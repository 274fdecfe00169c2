/** docs/recovery.md where a key or the store is lost: its commands, on a real cluster, store and database. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { masterSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { makeAgeIdentity } from '../../../operator/src/backups/age-identity.ts'
import { decode } from '../../../operator/src/controllers/tenant/secrets/data.ts'
import { readRecords } from '../../../operator/src/controllers/recovery/record.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { findBinaries } from '../../cluster/binaries.ts'
import { storedBytes, storedNames } from '../../support/backup-store/stored.ts'
import { type Tenant } from '../../support/crash-lab.ts'
import { eventually } from '../../support/eventually.ts'
import { customers, operatorNamespace } from '../../support/operator-world/names.ts'
import { condition, untilReady, untilTenant } from '../../support/ready-tenants.ts'
import { commands, openSet } from '../../support/recovery/disaster-page.ts'
import { erasePerson } from '../../support/recovery/erase-person.ts'
import { openWithAge } from '../../support/recovery/opened.ts'
import { newestRecoverySets } from '../../support/recovery/recovery-sets.ts'
import { type BackupObject, StoreLab } from '../../support/store-lab.ts'
import { isCompleted } from '../../support/workflows/backup.ts'

const run = promisify(execFile)
const patienceMs = 120_000

describe('docs/recovery.md', { timeout: 300_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), 'kiavi-disaster-'))
  let lab: StoreLab
  let tenant: Tenant
  let tenantID: string
  let recovery: string

  /** Shell of the page, with this tenant's names. */
  const sh = (script: string, cwd = home) =>
    run(
      '/bin/sh',
      ['-euc', script.replaceAll('k3x9q7w2ab', tenantID).replaceAll(': acme', `: ${tenant.name}`)],
      {
        cwd,
        env: { PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: home },
      },
    )
  const kubectl = (...args: string[]) => lab.world.controlPlane.kubectl(args)
  const lose = (secret: string) => kubectl('delete', 'secret', secret, '-n', operatorNamespace)
  const secret = async (name: string) => {
    const text = await kubectl('get', 'secret', name, '-n', operatorNamespace, '-o', 'json')
    return decode((JSON.parse(text) as { data: unknown }).data)
  }
  const isNoted = async () => {
    const name = masterSecret.backups(tenantID)
    const text = await kubectl('get', 'secret', name, '-n', operatorNamespace, '-o', 'json')
    const records = Object.values(readRecords(JSON.parse(text) as KubeObject))
    return records.some(({ parts = 0 }) => parts > 0)
  }
  const erase = async () => {
    const { app: password = '' } = await secret(masterSecret.database(tenantID))
    return erasePerson(lab.world.postgres, { tenantID, password }, patienceMs)
  }
  const setOf = async (of: string) =>
    (await newestRecoverySets(lab.store)).find(({ folder }) => basename(folder) === of)
  /** A person's folder with what lies in the store of one tenant or of the installation, opened and verified. */
  async function opened(of: string): Promise<string> {
    const set = await setOf(of)
    if (set === undefined) throw new Error(`Nothing of ${of} is in the store.`)
    const cwd = mkdtempSync(join(home, `${of}-`))
    const since = (await storedNames(lab.store)).filter(
      (name) =>
        name.startsWith(`${set.folder}/journal-`) &&
        (/-(\d{8}T\d{6}Z)-until/.exec(name)?.[1] ?? '') >= set.at,
    )
    for (const name of [set.name, ...since])
      writeFileSync(join(cwd, basename(name)), await storedBytes(lab.store, name))
    await run('cp', [join(home, 'installation.pub.pem'), cwd])
    writeFileSync(join(cwd, 'recovery.txt'), `${recovery}\n`, { mode: 0o600 })
    const { stdout } = await sh(openSet(basename(set.name)), cwd)
    expect(stdout).toContain('Signature Verified Successfully')
    return cwd
  }
  /** What is there is refused, and the rest is made. */
  async function putBack(cwd: string): Promise<void> {
    try {
      await sh('kubectl create -f set.yaml', cwd)
    } catch (error) {
      const lines = (error as { stderr: string }).stderr.trim().split('\n')
      expect(lines.filter((line) => !line.includes('AlreadyExists'))).toEqual([])
    }
  }
  const says = async () => condition(await lab.find(tenant), 'BackupsCurrent')?.reason
  const saying = (reason: string) =>
    untilTenant(lab, tenant, {
      what: reason,
      isSo: async () => (await says()) === reason,
      limitMs: patienceMs,
    })
  const backedUp = (which: string) =>
    untilTenant(lab, tenant, {
      what: `having backup ${which}`,
      isSo: () => isCompleted(lab, tenant, which),
      limitMs: patienceMs,
    })
  /** By itself it would go on a minute later: another one is asked for. */
  const soon = async (which: string) => {
    await lab.backUp(tenant, `after-${which}`)
    await backedUp(which)
  }
  const setSince = (at: Date, of = tenantID) =>
    eventually(
      `A recovery set of ${of}`,
      async () => ((await setOf(of))?.at ?? '') >= at.toISOString().replaceAll(/[-:]|\.\d+/g, ''),
      patienceMs,
    )
  const restartOperator = async () => {
    await lab.world.operator.stop()
    await lab.startOperator()
  }

  beforeAll(async () => {
    lab = await StoreLab.start()
    recovery = lab.recovery.identity
    await lab.startOperator()
    tenant = lab.newTenant()
    await lab.create(tenant, { backups: { drillEveryDays: 0 } })
    await untilReady(lab, tenant)
    tenantID = (await lab.tenantID(tenant)) ?? ''
    await erase()
    const began = new Date()
    await lab.backUp(tenant, 'first')
    await backedUp('first')
    await setSince(began)
    mkdirSync(join(home, 'bin'))
    const { kubectl: program } = await findBinaries(['kubectl'])
    // The operator is a process here: who asks for it anew is told to the test.
    const wrapper = `#!/bin/sh\nif [ "$1 $2" = 'rollout restart' ]; then exec touch "$HOME/restart"; fi\nexec ${program} "$@"\n`
    writeFileSync(join(home, 'bin', 'kubectl'), wrapper, { mode: 0o755 })
    mkdirSync(join(home, '.kube'))
    await run('cp', [lab.world.controlPlane.kubeconfig, join(home, '.kube', 'config')])
    await sh(commands('openssl pkey -pubout'))
  }, 240_000)
  afterAll(async () => {
    await lab.stop()
    rmSync(home, { recursive: true, force: true })
  })

  it('puts back what opens the backups', async () => {
    await lose(masterSecret.backups(tenantID))
    await lab.backUp(tenant, 'second')
    await saying('BackupIdentityLost')
    await putBack(await opened(tenantID))
    await soon('second')
    await saying('Current')
    const numbers = await Promise.all(
      ['first', 'second'].map(async (which) => (await lab.backup(tenant, which))?.status?.sequence),
    )
    expect(numbers[1]).toBeGreaterThan(numbers[0] ?? Infinity)
  })

  it('puts back a part of the journal, and what happened since', async () => {
    await eventually('The note that a part is in a set', isNoted, patienceMs)
    await erase()
    await lose(masterSecret.journal(tenantID, 0))
    const confirmed = erase()
    const missed = () => lab.world.operator.newLog().includes('JOURNAL_LOST')
    await eventually('The operator missing a part', () => Promise.resolve(missed()), patienceMs)
    const folder = await opened(tenantID)
    await putBack(folder)
    await sh(commands('sort -u'), folder)
    await confirmed
    const parts = await Promise.all([0, 1].map((part) => secret(masterSecret.journal(tenantID, part))))
    const lines = parts.flatMap(({ journal = '' }) => journal.trim().split('\n'))
    expect(new Set(lines).size).toBe(3)
  })

  /** A backup that nobody can sign, and that goes on once the installation is whole. */
  async function unsigned(which: string): Promise<void> {
    await lab.backUp(tenant, which)
    const reason = async () =>
      (await lab.backup(tenant, which))?.status?.conditions?.find(({ type }) => type === 'Ready')?.reason
    await eventually(
      'The backup missing the key',
      async () => (await reason()) === 'InstallationKeyLost',
      patienceMs,
    )
  }

  it("puts back the installation's key", async () => {
    await lose('kiavi-installation-key')
    await unsigned('third')
    await putBack(await opened('installation'))
    await soon('third')
  })

  it('finds the installation again when it is restarted', async () => {
    await lose('installation')
    await unsigned('fourth')
    await restartOperator()
    await backedUp('fourth')
  })

  it('puts back the installation with its key', async () => {
    await lose('installation')
    await lose('kiavi-installation-key')
    await restartOperator()
    await unsigned('fifth')
    const folder = await opened('installation')
    await sh('kubectl delete secret installation -n kiavi-system --ignore-not-found', folder)
    await putBack(folder)
    await soon('fifth')
  })

  it('encrypts to another recovery key, once the class names it', async () => {
    const other = makeAgeIdentity(randomBytes)
    const patch = JSON.stringify({ spec: { backups: { recoveryRecipient: other.recipient } } })
    await kubectl('patch', 'kiavitenantclass', 'default', '--type=merge', '-p', patch)
    const opens = async (of: string) => {
      const set = await setOf(of)
      try {
        return openWithAge(await storedBytes(lab.store, set?.name ?? ''), other.identity).length > 0
      } catch {
        return false
      }
    }
    for (const of of ['installation', tenantID])
      await eventually(`A set of ${of} for the new key`, () => opens(of), patienceMs)
    recovery = other.identity
    await opened(tenantID)
  })

  it('fills a store that was lost', async () => {
    const { client, bucket } = lab.store
    for (const Key of await storedNames(lab.store))
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
    await sh(commands('generateName: after-the-loss-'))
    await run('rm', [join(home, 'restart')])
    await restartOperator()
    const made = async () => {
      const text = await kubectl('get', 'kb', '-n', customers, '-o', 'json')
      const { items } = JSON.parse(text) as { items: BackupObject[] }
      const found = items.find(({ metadata }) => metadata.name.startsWith('after-the-loss-'))
      return found?.status?.completedAt === undefined ? undefined : found.status.object
    }
    const object = await eventually('A backup after the loss', made, patienceMs)
    expect(await storedNames(lab.store)).toContain(object)
    await opened('installation')
    await eventually('The set of the tenant', async () => (await setOf(tenantID)) !== undefined, patienceMs)
    await opened(tenantID)
  })
})
