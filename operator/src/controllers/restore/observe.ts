import { installationSecret, masterSecret } from '../../api/v1alpha1/names.ts'
import { DatabaseRefused, DatabaseUnreachable } from '../../providers/database/errors.ts'
import { type AsideObserved } from '../../providers/database/aside-port.ts'
import { type DatabaseServer } from '../../providers/database/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { type Fleet } from '../backup/fleet.ts'
import { recordedKeys } from '../backup/installation.ts'
import { readBackupMaster } from '../backup/master.ts'
import { hasStore, storeSecrets } from '../backup/rendering.ts'
import { readJournal } from '../journal/read-journal.ts'
import { findClass } from '../tenant/observe/class.ts'
import { connectionsAsked } from '../tenant/plan/growth.ts'
import { decode } from '../tenant/secrets/data.ts'
import { type Tenant, readTenant } from '../tenant/tenant.ts'
import { Vault } from '../tenant/vault.ts'
import { type CurrentRestore } from './ledger.ts'
import { readRestores } from './master.ts'
import { type LedgerSeen, type Needs, type Place, type RestoresObserved, type Traceless } from './observed.ts'
import { observeFleet } from './observe/fleet.ts'
import { observeJob, runningJobs, workOf } from './observe/jobs.ts'
import { observeSource } from './observe/source.ts'
import { type RestorePorts } from './ports.ts'
import { type RestoreFinding, restoreReasons } from './reasons.ts'
import { type Restore, isEnded, readRestore } from './restore.ts'

export interface RestoresLooking {
  ports: RestorePorts
  fleet: Fleet
  /** Nothing was told of how far a Job is for a while. */
  askProgress: () => boolean
  /** This process has seen it return, for this tenant and number. */
  hasDone: (tenantID: string, number: number, what: Traceless) => boolean
  /** UIDs of what this process has taken away, and a watch may still show. */
  pruned: ReadonlySet<string>
}

/** Every read of the world that a decision about one tenant's restores needs. Changes nothing. */
export async function observeRestores(
  name: { namespace: string; name: string },
  { ports, fleet, askProgress, hasDone, pruned }: RestoresLooking,
): Promise<RestoresObserved> {
  const { cluster, memory, installationID } = ports
  const object = await cluster.get(kinds.KiaviTenant, name)
  const tenant = object && readTenant(object)
  const restores = memory
    .restoresOf(name)
    .map(readRestore)
    .filter(({ uid }) => !pruned.has(uid))
  const now = ports.now()
  const found = tenant ? await placeOf(tenant, ports) : { finding: noTenant(name) }
  const base = { now, installationID, restores, admitted: () => undefined }
  if ('finding' in found) return { ...base, place: found }
  const { ledger, tenantID, className } = found
  const known = ledger.state === 'whole' ? ledger.ledger : undefined
  const current = known?.current
  const open = restores.filter((restore) => !restore.deleting && !isEnded(restore))
  const isDue = known?.kept.some(({ until }) => Date.parse(until) <= now.getTime()) ?? false
  const isFenced = tenant?.status.conditions?.some(({ reason }) => reason === 'DatabaseFenced') ?? false
  const vault = new Vault(cluster, ports.operator.namespace, ports.checkKey)
  const needs =
    current || open.length > 0 || isDue || isFenced
      ? await observeNeeds(found, { open, current, vault }, ports)
      : undefined
  const work = current && workOf[current.phase]
  const about = current && { ...found, current }
  const place: Place = {
    ...found,
    needs,
    job: about && work ? await observeJob(about, work, ports, askProgress()) : undefined,
    runningJobs: about?.current.phase === 'Clearing' ? await runningJobs(about, ports) : [],
    journalParts: current?.phase === 'Replaying' ? await partsOf(current, found, ports) : 0,
    isDrained:
      current?.phase === 'Fencing' && needs?.databases?.own !== undefined
        ? await isDrained(found, needs.server, { vault, ports })
        : false,
    hasDone: (what) => current !== undefined && hasDone(tenantID, current.number, what),
  }
  return {
    ...base,
    place,
    admitted: (mine) => fleet.admitted(className, mine, observeFleet(className, ports)),
  }
}

type Found = Omit<Place, 'needs' | 'job' | 'runningJobs' | 'journalParts' | 'isDrained' | 'hasDone'>

async function placeOf(tenant: Tenant, ports: RestorePorts): Promise<Found | { finding: RestoreFinding }> {
  const { cluster, memory, operator } = ports
  const { tenantID, database } = tenant.status
  const found = findClass(tenant, memory.classes())
  if ('finding' in found) return { finding: ofClass(found.finding) }
  const { name: className, spec: tenantClass } = found
  if (!hasStore(tenantClass)) return { finding: noStore(className) }
  const { spec } = tenant
  if (!spec || tenantID === undefined || database?.provisionedAt === undefined)
    return { finding: notReady(tenant) }
  const secretOf = (name: string) => cluster.get(kinds.Secret, { namespace: operator.namespace, name })
  const [secret, backups] = await Promise.all([
    secretOf(masterSecret.restores(tenantID)),
    secretOf(masterSecret.backups(tenantID)),
  ])
  const ledger = secret && readRestores(secret)
  const seen: LedgerSeen = !secret
    ? { state: 'absent' }
    : ledger
      ? { state: 'whole', secret, ledger }
      : { state: 'unreadable' }
  const newest = backups && readBackupMaster(backups)?.ledger.newest
  return {
    ...{ tenant, tenantID, className, class: tenantClass, ledger: seen },
    connectionLimit: connectionsAsked({ spec, class: tenantClass }),
    newestAt: newest && new Date(newest.startedAt),
  }
}

interface Around {
  open: readonly Restore[]
  current: CurrentRestore | undefined
  vault: Vault
}

async function observeNeeds(
  found: Found,
  { open, current, vault }: Around,
  ports: RestorePorts,
): Promise<Needs> {
  const { cluster, operator } = ports
  const { tenant, tenantID, class: tenantClass } = found
  const wanted = new Set([
    ...open.flatMap(({ spec }) => spec?.sourceTenantID ?? []),
    ...(current?.of ? [current.of.tenantID] : []),
  ])
  const where = { namespace: operator.namespace, name: installationSecret.record }
  const [record, sources, credentials, missing] = await Promise.all([
    cluster.get(kinds.Secret, where),
    Promise.all([...wanted].map((id) => observeSource(id, tenant.namespace, ports))),
    vault.classCredentials(tenantClass),
    missingOf(found, vault, ports),
  ])
  const server = 'missing' in credentials ? undefined : credentials.server
  const databases = server && (await observeDatabases(server, tenantID, { current, ports }))
  const isForNew =
    current?.mode === 'NewTenant' || (!current && open.some(({ spec }) => spec?.mode === 'NewTenant'))
  return {
    ...{ sources, server, databases },
    installationKeys: recordedKeys(record),
    missing: 'missing' in credentials ? lacking(credentials.missing, operator.namespace) : missing,
    // A database that is not there holds nobody.
    holdsPeople:
      isForNew && server && databases
        ? databases.own !== undefined && (await ports.holdsPeople(server, tenantID))
        : undefined,
  }
}

/** While a restore is under way, a server that does not answer is an error that is tried again. */
async function observeDatabases(
  server: DatabaseServer,
  tenantID: string,
  { current, ports }: { current: CurrentRestore | undefined; ports: RestorePorts },
): Promise<AsideObserved | undefined> {
  try {
    return await ports.aside.observe(server, tenantID)
  } catch (error) {
    if (current || !(error instanceof DatabaseUnreachable || error instanceof DatabaseRefused)) throw error
    return undefined
  }
}

async function missingOf(
  { tenantID, class: { backups } }: Found,
  vault: Vault,
  { cluster, operator: { namespace } }: RestorePorts,
): Promise<RestoreFinding | undefined> {
  for (const each of storeSecrets(backups)) {
    const live = await cluster.get(kinds.Secret, { namespace, name: each.name })
    const files = decode(live?.['data'])
    if (each.keys.some((key) => (files[key] ?? '') === ''))
      return lacking({ secret: each.name, keys: each.keys }, namespace)
  }
  if (await vault.passwords(tenantID)) return undefined
  const secret = masterSecret.database(tenantID)
  const message = `Secret ${secret} in namespace ${namespace} does not hold the passwords of the tenant's roles; its own controller makes it again.`
  return { reason: 'TenantNotReady', message }
}

async function isDrained(
  { tenantID }: Found,
  server: DatabaseServer | undefined,
  { vault, ports }: { vault: Vault; ports: RestorePorts },
): Promise<boolean> {
  const passwords = await vault.passwords(tenantID)
  if (!server || !passwords) return false
  return (await ports.outbox.readJournal(server, tenantID, passwords.outbox, 1)).length === 0
}

const partsOf = async (
  { of }: CurrentRestore,
  { tenantID }: Found,
  { cluster, operator }: RestorePorts,
): Promise<number> => (await readJournal(cluster, operator.namespace, of?.tenantID ?? tenantID)).length

const lacking = (
  { secret, keys }: { secret: string; keys: string[] },
  namespace: string,
): RestoreFinding => ({
  reason: 'SecretNotFound',
  message: `Secret ${secret} in namespace ${namespace}, which the tenant's class names, must exist with non-empty keys ${keys.join(', ')}.`,
})

const noTenant = ({ namespace, name }: { namespace: string; name: string }): RestoreFinding => ({
  reason: 'TenantNotFound',
  message: `There is no KiaviTenant ${name} in namespace ${namespace}: kubectl get kt -n ${namespace} lists those that are.`,
})

const noStore = (className: string): RestoreFinding => ({
  reason: 'NoStore',
  message: `Nothing can be restored: KiaviTenantClass ${className} names no store. Set spec.backups of the class.`,
})

const notReady = ({ namespace, name }: Tenant): RestoreFinding => ({
  reason: 'TenantNotReady',
  message: `The database of KiaviTenant ${namespace}/${name} is not there yet; kubectl describe kt ${name} says what it waits for.`,
})

const ofClass = ({ reason, message }: { reason: string; message: string }): RestoreFinding => ({
  reason: Object.hasOwn(restoreReasons, reason) ? (reason as RestoreFinding['reason']) : 'ClassUnreadable',
  message,
})
