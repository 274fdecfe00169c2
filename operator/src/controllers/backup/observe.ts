import { installationSecret, masterSecret } from '../../api/v1alpha1/names.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { findClass } from '../tenant/observe/class.ts'
import { decode } from '../tenant/secrets/data.ts'
import { type Tenant, readTenant } from '../tenant/tenant.ts'
import { credentialKeys } from './children/mounts.ts'
import { parseCron } from './cron.ts'
import { type Fleet } from './fleet.ts'
import { judgeInstallation } from './installation.ts'
import { type BackupLedger } from './ledger.ts'
import { readBackupMaster } from './master.ts'
import { type BackupsObserved, type MasterSeen, type Needs, type Place } from './observed.ts'
import { observeFleet } from './observe/fleet.ts'
import { observeJob } from './observe/job.ts'
import { type BackupPorts } from './ports.ts'
import { type BackupFinding, backupReasons } from './reasons.ts'
import { type ClassWithStore, hasStore } from './rendering.ts'
import { type Run, isEnded, readRun } from './run.ts'

export interface BackupsLooking {
  ports: BackupPorts
  fleet: Fleet
  /** Nothing was told of how far a Job is for a while. */
  askProgress: () => boolean
}

/** Every read of the world that a decision about one tenant's backups needs. Changes nothing. */
export async function observeBackups(
  name: { namespace: string; name: string },
  { ports, fleet, askProgress }: BackupsLooking,
): Promise<BackupsObserved> {
  const { cluster, memory, installationID } = ports
  const object = await cluster.get(kinds.KiaviTenant, name)
  const tenant = object && readTenant(object)
  const runs = memory.backupsOf(name).map(readRun)
  const place = tenant ? await placeOf(tenant, ports) : { finding: noTenant(name) }
  const now = ports.now()
  const base = { now, installationID, runs, place, admitted: () => undefined }
  if ('finding' in place) return base
  const isOpen = runs.some((run) => !run.deleting && !isEnded(run))
  const current = place.master.state === 'whole' ? unsettled(place.master.master.ledger, runs) : undefined
  return {
    ...base,
    place: {
      ...place,
      job: current && (await observeJob(place, current, ports, askProgress())),
      needs: isOpen ? await observeNeeds(place.class, ports) : undefined,
    },
    admitted: (mine) =>
      fleet.admitted(place.className, mine, observeFleet(place.className, place.class.backups.atOnce, ports)),
  }
}

/** The attempt that was given a number, and whose end is not on record. */
function unsettled({ current, newest }: BackupLedger, runs: readonly Run[]): BackupLedger['current'] {
  if (!current) return undefined
  const run = runs.find(({ name }) => name === current.run)
  const isOnRecord =
    (newest?.sequence ?? 0) >= current.sequence
      ? !run || isEnded(run)
      : (run?.status.lastFailure?.sequence ?? 0) >= current.sequence
  return isOnRecord ? undefined : current
}

async function placeOf(tenant: Tenant, ports: BackupPorts): Promise<Place | { finding: BackupFinding }> {
  const { tenantID, database } = tenant.status
  const found = findClass(tenant, ports.memory.classes())
  if ('finding' in found) return { finding: ofClass(found.finding) }
  const { name: className, spec: tenantClass } = found
  if (!hasStore(tenantClass)) return { finding: noStore(className) }
  if (!tenant.spec || tenantID === undefined || database?.provisionedAt === undefined)
    return { finding: notReady(tenant) }
  const { schedule, retentionDays } = tenant.spec.backups
  const parsed = parseCron(schedule)
  return {
    ...{ tenant, tenantID, className, class: tenantClass, retentionDays },
    since: new Date(database.provisionedAt),
    cron: 'cron' in parsed ? parsed.cron : parsed,
    master: await observeMaster(tenantID, ports),
    ...{ job: undefined, needs: undefined },
  }
}

async function observeMaster(tenantID: string, { cluster, operator }: BackupPorts): Promise<MasterSeen> {
  const name = masterSecret.backups(tenantID)
  const secret = await cluster.get(kinds.Secret, { namespace: operator.namespace, name })
  if (!secret) return { state: 'absent' }
  const master = readBackupMaster(secret)
  return master ? { state: 'whole', secret, master } : { state: 'unreadable' }
}

async function observeNeeds(
  { backups: { store }, database }: ClassWithStore,
  { cluster, operator: { namespace } }: BackupPorts,
): Promise<Needs> {
  const secret = (name: string) => cluster.get(kinds.Secret, { namespace, name })
  const wanted: { name: string; keys: readonly string[] }[] = [
    ...(store.s3 ? [{ name: store.s3.credentialsSecretName, keys: credentialKeys }] : []),
    ...[store.s3?.caSecretName, database.caSecretName].flatMap((name) =>
      name === undefined ? [] : [{ name, keys: ['ca.crt'] }],
    ),
  ]
  const [record, key, ...secrets] = await Promise.all([
    secret(installationSecret.record),
    secret(installationSecret.key),
    ...wanted.map(({ name }) => secret(name)),
  ])
  const lacking = wanted.find(({ keys }, at) => {
    const files = decode(secrets[at]?.['data'])
    return keys.some((each) => (files[each] ?? '') === '')
  })
  return {
    installation: judgeInstallation(record, key),
    record,
    missing: lacking && {
      reason: 'SecretNotFound',
      message: `Secret ${lacking.name} in namespace ${namespace}, which the tenant's class names, must exist with non-empty keys ${lacking.keys.join(', ')}.`,
    },
  }
}

const noTenant = ({ namespace, name }: { namespace: string; name: string }): BackupFinding => ({
  reason: 'TenantNotFound',
  message: `There is no KiaviTenant ${name} in namespace ${namespace}: kubectl get kt -n ${namespace} lists those that are.`,
})

const noStore = (className: string): BackupFinding => ({
  reason: 'NoStore',
  message: `Nothing is backed up: KiaviTenantClass ${className} names no store. Set spec.backups of the class.`,
})

const notReady = ({ namespace, name }: Tenant): BackupFinding => ({
  reason: 'TenantNotReady',
  message: `The database of KiaviTenant ${namespace}/${name} is not there yet; kubectl describe kt ${name} says what it waits for.`,
})

const ofClass = ({ reason, message }: { reason: string; message: string }): BackupFinding => ({
  reason: Object.hasOwn(backupReasons, reason) ? (reason as BackupFinding['reason']) : 'ClassUnreadable',
  message,
})
