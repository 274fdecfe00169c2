import { installationSecret, masterSecret } from '../../api/v1alpha1/names.ts'
import { installationFolder } from '../../backups/offline-name.ts'
import { type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { judgeInstallation, readInstallationPem } from '../backup/installation.ts'
import { readBackupMaster } from '../backup/master.ts'
import { type ClassWithStore, hasStore } from '../backup/rendering.ts'
import { OperatorError } from '../errors.ts'
import { lostParts } from '../journal/lost.ts'
import { readJournal } from '../journal/read-journal.ts'
import { findClass } from '../tenant/observe/class.ts'
import { keyOf } from '../tenant/tenant.ts'
import { installationDigests, tenantDigests } from './contents.ts'
import { type RecoveryPorts } from './ports.ts'
import { readRecords } from './record.ts'
import { storesOf } from './stores.ts'
import { writeSet } from './write-set.ts'

/** What one look came to. */
export interface RecoveryOutcome {
  /** There is no such tenant. */
  gone: boolean
  /** Which sets were written, and why. */
  wrote: string[]
  /** When the newest set was made; absent where there is none, or none is needed. */
  at: Date | undefined
  error: Error | undefined
}

const nothing: RecoveryOutcome = { gone: false, wrote: [], at: undefined, error: undefined }

/** Keeps in the store what a lost cluster would take with it. `ask`: whether it still lies there is asked, too. */
export function createRecovery(ports: RecoveryPorts) {
  const { cluster, operator, memory } = ports
  const secretOf = (name: string) => cluster.get(kinds.Secret, { namespace: operator.namespace, name })

  /** The installation's own Secrets, while there is a key that signs; else there is nothing to keep yet, or nothing to trust. */
  async function installation(): Promise<{ pem: string; secrets: KubeObject[] } | undefined> {
    const [record, key] = await Promise.all([
      secretOf(installationSecret.record),
      secretOf(installationSecret.key),
    ])
    if (!record || !key || judgeInstallation(record, key).state !== 'whole') return undefined
    return { pem: readInstallationPem(key), secrets: [record, key] }
  }

  async function ofInstallation(ask: boolean): Promise<RecoveryOutcome> {
    const own = await installation()
    const [noteOn] = own?.secrets ?? []
    if (!own || !noteOn) return nothing
    const wrote: string[] = []
    const dates: number[] = []
    const errors: unknown[] = []
    for (const { class: tenantClass, recipients } of storesOf(memory.classes())) {
      // Each time as it is by now: the one before has put its record on it.
      const live = (await secretOf(noteOn.metadata.name)) ?? noteOn
      const secrets = [live, ...own.secrets.slice(1)]
      const wanted = {
        ...{ folder: installationFolder, class: tenantClass, recipients, secrets, noteOn: live },
        ...{ digests: installationDigests(secrets, recipients), pem: own.pem },
      }
      try {
        const { why, record } = await writeSet(wanted, ports, { ask })
        if (why !== undefined) wrote.push(`${record.object}: ${why}`)
        dates.push(Date.parse(record.at))
      } catch (error) {
        // Another store may be well.
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
    return { ...nothing, wrote, at: dates.length > 0 ? new Date(Math.min(...dates)) : undefined }
  }

  async function ofTenant(
    tenantID: string,
    tenantClass: ClassWithStore,
    ask: boolean,
  ): Promise<RecoveryOutcome> {
    const secret = await secretOf(masterSecret.backups(tenantID))
    const master = secret && readBackupMaster(secret)
    // What is not whole is told of by who makes backups, and must not take the place of a set that is.
    if (!secret || !master) return nothing
    const own = await installation()
    if (!own) return nothing
    const journal = await readJournal(cluster, operator.namespace, tenantID)
    const lost = lostParts(tenantID, journal.length, readRecords(secret))
    if (lost !== undefined) throw new OperatorError('JOURNAL_LOST', lost, { retry: 'backoff' })
    const recipients = [tenantClass.backups.recoveryRecipient]
    const lines = journal.map((part) => part.lines)
    const { why, record } = await writeSet(
      {
        ...{ folder: tenantID, class: tenantClass, recipients, noteOn: secret, pem: own.pem },
        secrets: [secret, ...journal.map((part) => part.secret)],
        digests: tenantDigests(master, lines, recipients),
      },
      ports,
      { ask },
    )
    const wrote = why === undefined ? [] : [`${record.object}: ${why}`]
    return { ...nothing, wrote, at: new Date(record.at) }
  }

  /** A tenant's, or without a name the installation's. */
  return async function reconcile(
    name: { namespace: string; name: string } | undefined,
    { ask }: { ask: boolean },
  ): Promise<RecoveryOutcome> {
    try {
      if (!name) return await ofInstallation(ask)
      const tenant = memory.tenants().find((each) => keyOf(each) === keyOf(name))
      if (!tenant) return { ...nothing, gone: true }
      if (tenant.tenantID === undefined) return nothing
      const status = tenant.className === undefined ? {} : { className: tenant.className }
      const found = findClass({ spec: undefined, status }, memory.classes())
      if ('finding' in found || !hasStore(found.spec)) return nothing
      return await ofTenant(tenant.tenantID, found.spec, ask)
    } catch (caught) {
      const error = caught instanceof Error ? caught : new Error(String(caught))
      return { ...nothing, error }
    }
  }
}
