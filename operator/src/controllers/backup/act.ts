import { apiVersion, label, manager } from '../../api/v1alpha1/names.ts'
import { makeAgeIdentity } from '../../backups/age-identity.ts'
import { makeInstallationKey } from '../../backups/installation-key.ts'
import { KubeAlreadyExists } from '../../kube/errors.ts'
import { type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { replacement } from '../tenant/compare/replacement.ts'
import { backupJob } from './children/job.ts'
import { backupPolicy } from './children/network-policy.ts'
import { type Fleet } from './fleet.ts'
import { installationKeySecret, recordedInstallation } from './installation.ts'
import { noBackups } from './ledger.ts'
import { backupMaster } from './master.ts'
import { type Place } from './observed.ts'
import { type BackupPorts } from './ports.ts'
import { type Run } from './run.ts'
import { type BackupStep } from './steps.ts'

/** Does one step: one effect. Whoever was overtaken gets a conflict, and looks again. */
export async function actOnBackups(
  step: BackupStep,
  place: Place | undefined,
  { ports, fleet }: { ports: BackupPorts; fleet: Fleet },
): Promise<void> {
  const { cluster, operator } = ports
  if (step.do === 'tell') return tell(step, ports)
  if (!place) throw new TypeError('A step that needs a tenant with a store was planned without one.')
  const about = { tenantID: place.tenantID, owner: place.tenant, operator }
  switch (step.do) {
    case 'makeInstallationKey':
      await cluster.create(
        kinds.Secret,
        installationKeySecret(makeInstallationKey(ports.random), operator.namespace),
      )
      return
    case 'recordInstallationKey': {
      const { record } = place.needs ?? {}
      if (record) await cluster.replace(kinds.Secret, recordedInstallation(record, step.keys))
      return
    }
    case 'makeMaster': {
      const master = { ...makeAgeIdentity(ports.random), ledger: noBackups }
      await cluster.create(kinds.Secret, backupMaster(about, master))
      return
    }
    case 'writeLedger': {
      if (step.begins) fleet.begins(place.tenantID, place.className)
      const { secret, master } = wholeMaster(place)
      const object = backupMaster(about, { ...master, ledger: step.ledger })
      await cluster.replace(kinds.Secret, replacement(object, secret))
      return
    }
    case 'schedule':
      return schedule(step, place, ports)
    case 'ensurePolicy': {
      const object = backupPolicy({ ...about, class: place.class })
      const { name, namespace = '' } = object.metadata
      const live = await cluster.get(kinds.NetworkPolicy, { name, namespace })
      if (live) await cluster.replace(kinds.NetworkPolicy, replacement(object, live))
      else await cluster.create(kinds.NetworkPolicy, object)
      return
    }
    case 'createJob':
      fleet.begins(place.tenantID, place.className)
      return createJob(step, place, ports)
  }
}

async function tell(
  { run, patch, event }: Extract<BackupStep, { do: 'tell' }>,
  { cluster, recorder }: BackupPorts,
): Promise<void> {
  const { namespace, name, resourceVersion, uid } = run
  const body = { metadata: { resourceVersion, uid }, status: patch }
  const written = await cluster.patch(kinds.KiaviBackup, { namespace, name }, body, 'status')
  if (event) recorder.event(written, event.type, event.reason, event.message)
}

/** Who made it before us made the same one. */
async function schedule(
  { name, slot }: Extract<BackupStep, { do: 'schedule' }>,
  { tenant, tenantID }: Place,
  { cluster }: BackupPorts,
): Promise<void> {
  const object: KubeObject = {
    apiVersion,
    kind: 'KiaviBackup',
    metadata: {
      name,
      namespace: tenant.namespace,
      labels: { [label.tenantID]: tenantID, 'app.kubernetes.io/managed-by': manager },
    },
    spec: { tenantName: tenant.name, reason: 'Scheduled', slot: slot.toISOString() },
  }
  await cluster.create(kinds.KiaviBackup, object)
}

async function createJob(
  { of, run }: Extract<BackupStep, { do: 'createJob' }>,
  place: Place,
  { cluster, operator, jobs }: BackupPorts,
): Promise<void> {
  const { installation } = place.needs ?? {}
  if (installation?.state !== 'whole') throw new TypeError('A Job was planned without a key to sign with.')
  const { recipient } = wholeMaster(place).master
  const { tenant, className } = place
  const object = backupJob({
    ...{ of, className, class: place.class, recipient, operator, jobs },
    run: run.name,
    reason: reasonOf(run),
    owner: { namespace: tenant.namespace, name: tenant.name },
    installationKeys: installation.keys,
  })
  try {
    await cluster.create(kinds.Job, object)
  } catch (error) {
    // Made by ourselves a moment ago, or by nobody of ours: the next look tells.
    if (!(error instanceof KubeAlreadyExists)) throw error
  }
}

const reasonOf = ({ spec }: Run) => spec?.reason ?? 'Manual'

function wholeMaster({ master }: Place) {
  if (master.state !== 'whole') throw new TypeError("A step was planned without the tenant's ledger.")
  return master
}
