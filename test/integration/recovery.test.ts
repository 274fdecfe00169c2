/** The commands of docs/recovery.md, run as they stand there, on what the operator put into a real S3 server. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { masterSecret } from '../../operator/src/api/v1alpha1/names.ts'
import { makeAgeIdentity } from '../../operator/src/backups/age-identity.ts'
import { judgeInstallation } from '../../operator/src/controllers/backup/installation.ts'
import { readBackupMaster } from '../../operator/src/controllers/backup/master.ts'
import { entriesOf } from '../../operator/src/controllers/journal/lines.ts'
import { readJournal } from '../../operator/src/controllers/journal/read-journal.ts'
import { encode } from '../../operator/src/controllers/tenant/secrets/data.ts'
import { type KubeObject } from '../../operator/src/kube/port.ts'
import { encrypt } from '../../operator/src/providers/age/encrypt.ts'
import { createOfflineS3 } from '../../operator/src/providers/backups/offline-s3.ts'
import { type OfflineStore } from '../../operator/src/providers/backups/offline-port.ts'
import { succeeds } from '../operator/controllers/backup/backup-world.ts'
import { keptWorld, rowOf, secretKey } from '../operator/controllers/journal/kept-world.ts'
import { keyOf, SimulatedCluster } from '../operator/controllers/tenant/simulated-cluster.ts'
import { operator, tenantID } from '../operator/controllers/tenant/world.ts'
import { startS3Lab, type S3Lab } from '../support/backup-store/s3-lab.ts'
import { ageTools } from '../support/postgres-clients.ts'
import { commands, openSet } from '../support/recovery/disaster-page.ts'

/** Stands for the new cluster: takes what is made, and gives one key of the lost one. */
const kubectl = `#!/bin/sh
case "$1 $2" in
  'get secret') cat "$HOME/private.pem" | base64 -w 0 ;;
  'create -f') cp "$3" "$HOME/made/$(date +%N).yaml" ;;
  'create secret') cp "\${7#--from-file=journal=}" "$HOME/made/$4.journal" ;;
  'create namespace') ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
`

describe('docs/recovery.md', () => {
  const home = mkdtempSync(join(tmpdir(), 'kiavi-recovery-'))
  const offline = createOfflineS3()
  const { identity, recipient } = makeAgeIdentity(randomBytes)
  const store: OfflineStore = {
    put: (place, ...rest) => {
      if (place.kind !== 's3') throw new Error('The class has an S3 store.')
      return offline.put(place, ...rest)
    },
    has: (place, ...rest) => (place.kind === 's3' ? offline.has(place, ...rest) : Promise.resolve(undefined)),
  }
  let lab: S3Lab
  let lost: ReturnType<typeof keptWorld>
  const rows = [1, 2, 3, 4].map((id) => rowOf(id, `2026-01-01T12:0${id}:00.000000Z`))

  beforeAll(async () => {
    ageTools()
    lab = await startS3Lab()
    lost = keptWorld({ hands: { offline: store, encrypt } })
    const { endpoint, region, bucket, credentials } = lab.options()
    const classKey = keyOf('KiaviTenantClass', { name: 'default' })
    const tenantClass = lost.cluster.objects.get(classKey)!
    const s3 = { endpoint, region, bucket, prefix: 'kiavi', credentialsSecretName: 'store-credentials' }
    const backups = { store: { s3 }, recoveryRecipient: recipient }
    lost.cluster.put({ ...tenantClass, spec: { ...(tenantClass['spec'] as object), backups } })
    const secret = lost.cluster.objects.get(secretKey('store-credentials'))!
    lost.cluster.put({ ...secret, data: encode({ ...credentials }) })
    lost.ask('now')
    await lost.look()
    lost.endJobs(succeeds)
    await lost.look()
    const pull = async (...more: (typeof rows)[number][]) => {
      lost.write(...more)
      const { error } = await lost.pull()
      if (error) throw error
    }
    await pull(rows[0]!, rows[1]!)
    for (const { error } of [await lost.recover(), await lost.recoverInstallation()]) if (error) throw error
    await pull(rows[2]!)
    await pull(rows[3]!)
    writeFileSync(join(home, 'recovery.txt'), `${identity}\n`, { mode: 0o600 })
    const key = lost.cluster.objects.get(secretKey('kiavi-installation-key'))!
    const { 'private.pem': pem = '' } = key['data'] as Record<string, string>
    writeFileSync(join(home, 'private.pem'), Buffer.from(pem, 'base64'))
    for (const folder of ['bin', 'made', 'work']) mkdirSync(join(home, folder))
    writeFileSync(join(home, 'bin', 'kubectl'), kubectl, { mode: 0o755 })
    run(commands('openssl pkey -pubout'))
  })
  afterAll(async () => {
    await lab.stop()
    rmSync(home, { recursive: true, force: true })
  })

  const run = (script: string, cwd = home) =>
    execFileSync('/bin/sh', ['-euc', script], {
      cwd,
      encoding: 'utf8',
      env: { PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  /** A person's folder, with what lies in the store of one tenant or of the installation. */
  function fetched(folder: string): { cwd: string; set: string } {
    const cwd = join(home, 'work', folder)
    cpSync(join(lab.folder, 'kiavi', 'installation-1', folder), cwd, { recursive: true })
    for (const file of ['recovery.txt', 'installation.pub.pem']) cpSync(join(home, file), join(cwd, file))
    const [set = ''] = readdirSync(cwd).filter((file) => file.startsWith('recovery-'))
    return { cwd, set }
  }
  const opened = ({ cwd, set }: ReturnType<typeof fetched>) => run(openSet(set), cwd)

  it('opens the installation and a tenant, verifies both, and puts them and the journal into a new cluster', async () => {
    const installation = fetched('installation')
    expect(opened(installation)).toContain('Signature Verified Successfully')
    run(commands('kubectl create -f set.yaml'), installation.cwd)
    const tenant = fetched(tenantID)
    const said = opened(tenant)
    expect(said).toContain('Signature Verified Successfully')
    expect(said).toContain(`# kiavi-recovery-set installation-1/${tenantID} 2026-01-01T12:00:00Z`)
    run(commands('kubectl create -f set.yaml'), tenant.cwd)
    run(commands('sort -u'), tenant.cwd)

    const cluster = new SimulatedCluster(() => {})
    for (const file of readdirSync(join(home, 'made'))) {
      const text = readFileSync(join(home, 'made', file), 'utf8')
      if (file.endsWith('.yaml'))
        for (const item of (parse(text) as { items: KubeObject[] }).items) cluster.put(item)
      else
        cluster.put({
          ...{ apiVersion: 'v1', kind: 'Secret', data: encode({ journal: text }) },
          metadata: { name: file.replace('.journal', ''), namespace: operator.namespace },
        })
    }
    const secret = (name: string) => cluster.objects.get(secretKey(name))
    expect(judgeInstallation(secret('installation'), secret('kiavi-installation-key')).state).toBe('whole')
    const master = secret(masterSecret.backups(tenantID))
    expect(master && readBackupMaster(master)).toEqual(
      readBackupMaster(lost.cluster.objects.get(secretKey(masterSecret.backups(tenantID)))!),
    )
    const parts = await readJournal(cluster, operator.namespace, tenantID)
    expect(parts).toHaveLength(2)
    expect(entriesOf(parts.map(({ lines }) => lines))).toEqual(rows)
  })

  it('finds out a set that somebody else made, or changed', () => {
    const tenant = fetched(tenantID)
    opened(tenant)
    const verify = commands('pkeyutl -verify')
      .split('\n')
      .find((line) => line.startsWith('openssl'))!
    expect(run(verify, tenant.cwd)).toContain('Signature Verified Successfully')
    const body = readFileSync(join(tenant.cwd, 'set.body'), 'utf8')
    writeFileSync(join(tenant.cwd, 'set.body'), body.replace('"Secret"', '"Pod"'))
    expect(() => run(verify, tenant.cwd)).toThrow('Command failed')
  })

  it('is opened by the recovery key alone', () => {
    const tenant = fetched(tenantID)
    writeFileSync(join(tenant.cwd, 'recovery.txt'), makeAgeIdentity(randomBytes).identity)
    expect(() => opened(tenant)).toThrow(/no identity matched/)
  })
})
