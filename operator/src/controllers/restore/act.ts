import { apiVersion, label, manager } from '../../api/v1alpha1/names.ts'
import { KubeAlreadyExists } from '../../kube/errors.ts'
import { type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { type Fleet } from '../backup/fleet.ts'
import { ledgerFile as backupLedgerFile } from '../backup/ledger.ts'
import { OperatorError } from '../errors.ts'
import { replacement } from '../tenant/compare/replacement.ts'
import { rpIdOf } from '../tenant/rendering.ts'
import { encode } from '../tenant/secrets/data.ts'
import { Vault } from '../tenant/vault.ts'
import { restoreJob } from './children/jobs.ts'
import { restorePolicy } from './children/network-policy.ts'
import { restoresSecret } from './master.ts'
import { type CurrentRestore } from './ledger.ts'
import { type Place, type RestoresObserved, type Traceless } from './observed.ts'
import { type RestorePorts } from './ports.ts'
import { type RestoreRendering } from './rendering.ts'
import { type RestoreStep } from './steps.ts'

export interface RestoresActing {
  ports: RestorePorts
  fleet: Fleet
  /** Told what has returned: it leaves no trace of its end. */
  done: (tenantID: string, number: number, what: Traceless) => void
}

/** Does one step: one effect. Whoever was overtaken gets a conflict, and looks again. */
export async function actOnRestores(
  step: RestoreStep,
  { place, restores, installationID }: Pick<RestoresObserved, 'place' | 'restores' | 'installationID'>,
  acting: RestoresActing,
): Promise<void> {
  const { ports, fleet } = acting
  const { cluster, operator } = ports
  if (step.do === 'tell') return tellRestore(step, ports)
  if ('finding' in place)
    throw new TypeError('A step that needs a tenant with a store was planned without one.')
  const about = { tenantID: place.tenantID, owner: ownerOf(place), operator }
  switch (step.do) {
    case 'writeLedger': {
      if (step.begins) fleet.begins(place.tenantID, place.className)
      const object = restoresSecret(about, step.ledger)
      if (place.ledger.state === 'whole')
        await cluster.replace(kinds.Secret, replacement(object, place.ledger.secret))
      else await cluster.create(kinds.Secret, object)
      return
    }
    case 'schedule':
      return schedule(step, place, ports)
    case 'prune': {
      const { namespace, name, uid } = step.restore
      await cluster.delete(kinds.KiaviRestore, { namespace, name }, { uid })
      return
    }
    case 'aside':
      return aside(step, place, installationID, acting)
    case 'ensurePolicy': {
      const object = restorePolicy({ ...about, class: place.class }, step.component)
      const { name, namespace = '' } = object.metadata
      const live = await cluster.get(kinds.NetworkPolicy, { name, namespace })
      if (live) await cluster.replace(kinds.NetworkPolicy, replacement(object, live))
      else await cluster.create(kinds.NetworkPolicy, object)
      return
    }
    case 'createJob': {
      const restore = restores.find(({ uid }) => uid === currentOf(place).restore.uid)
      const source = restore?.spec?.sourceTenantID ?? place.tenantID
      const sequence = restore?.spec?.sequence
      const object = restoreJob(renderingOf(place, { source, sequence, installationID, ports }), step.work)
      try {
        await cluster.create(kinds.Job, object)
      } catch (error) {
        // Made by ourselves a moment ago, or by nobody of ours: the next look tells.
        if (!(error instanceof KubeAlreadyExists)) throw error
      }
      return
    }
    case 'deleteJob': {
      const { name, uid } = step
      await cluster.delete(kinds.Job, { namespace: operator.namespace, name }, { uid })
      return
    }
    case 'drain':
      await ports.drain(ownerOf(place))
      acting.done(place.tenantID, currentOf(place).number, step.do)
      return
    case 'rememberBackups':
      return rememberBackups(step, place, ports)
  }
}

/** Says it in the status of a KiaviRestore. */
export async function tellRestore(
  { restore, patch, event }: Extract<RestoreStep, { do: 'tell' }>,
  { cluster, recorder }: RestorePorts,
): Promise<void> {
  const { namespace, name, resourceVersion, uid } = restore
  const body = { metadata: { resourceVersion, uid }, status: patch }
  const written = await cluster.patch(kinds.KiaviRestore, { namespace, name }, body, 'status')
  if (event) recorder.event(written, event.type, event.reason, event.message)
}

/** Who made it before us made the same one. */
async function schedule(
  { name, slot }: Extract<RestoreStep, { do: 'schedule' }>,
  { tenant, tenantID }: Place,
  { cluster }: RestorePorts,
): Promise<void> {
  const object: KubeObject = {
    apiVersion,
    kind: 'KiaviRestore',
    metadata: {
      name,
      namespace: tenant.namespace,
      labels: { [label.tenantID]: tenantID, 'app.kubernetes.io/managed-by': manager },
    },
    spec: {
      ...{ tenantName: tenant.name, mode: 'Drill', sourceTenantID: tenantID },
      ...{ reason: 'Scheduled', slot: slot.toISOString() },
    },
  }
  await cluster.create(kinds.KiaviRestore, object)
}

async function aside(
  { of, step }: Extract<RestoreStep, { do: 'aside' }>,
  place: Place,
  installationID: string,
  { ports, done }: RestoresActing,
): Promise<void> {
  const { tenantID, needs } = place
  const passwords = await new Vault(ports.cluster, ports.operator.namespace, ports.checkKey).passwords(
    tenantID,
  )
  if (!needs?.server || !passwords) {
    const message = "The class's credential or the tenant's passwords went away. Looking again."
    throw new OperatorError('MASTER_UNREADABLE', message, { retry: 'backoff' })
  }
  ports.fence()
  await ports.aside.act(needs.server, { installationID, tenantID, restore: of }, step, passwords)
  if (step.do === 'prepareAside' || step.do === 'fence') done(tenantID, currentOf(place).number, step.do)
}

async function rememberBackups(
  { ledger }: Extract<RestoreStep, { do: 'rememberBackups' }>,
  place: Place,
  { cluster }: RestorePorts,
): Promise<void> {
  const { of } = currentOf(place)
  const source = place.needs?.sources.find(({ tenantID }) => tenantID === of?.tenantID)
  if (!source || typeof source.master === 'string')
    throw new TypeError('A ledger was planned for a source that has no Secret.')
  const { secret } = source.master
  const data = { ...(secret['data'] as object), ...encode({ 'ledger.json': backupLedgerFile(ledger) }) }
  await cluster.replace(kinds.Secret, { ...secret, data })
}

interface Around {
  source: string
  sequence: number | undefined
  installationID: string
  ports: RestorePorts
}

function renderingOf(place: Place, { source, sequence, installationID, ports }: Around): RestoreRendering {
  const { tenant, tenantID, className, class: tenantClass, needs, journalParts } = place
  const { operator, jobs } = ports
  const { spec, status } = tenant
  if (!spec || !needs?.installationKeys)
    throw new TypeError('A Job was planned before all that it is made from was there.')
  return {
    ...{ tenantID, current: currentOf(place), source: { tenantID: source, sequence }, installationID },
    ...{ className, class: tenantClass, installationKeys: needs.installationKeys, journalParts },
    newestSchemaVersion: status.database?.schemaVersion ?? 0,
    tenant: {
      ...{ tenantID, installationID, owner: ownerOf(place), spec, class: tenantClass, operator },
      rpId: status.rpId ?? rpIdOf(spec),
      // What serves: an image whose migrations were not applied to the tenant is not tried on its backup first.
      servingImage: status.database?.migratedImage ?? tenantClass.runtime.image,
      databaseCA: undefined,
    },
    ...{ operator, jobs },
  }
}

const ownerOf = ({ tenant: { namespace, name } }: Place) => ({ namespace, name })

function currentOf({ ledger }: Place): CurrentRestore {
  const current = ledger.state === 'whole' ? ledger.ledger.current : undefined
  if (!current) throw new TypeError('A step of a restore was planned while none is under way.')
  return current
}
