import { annotation, finalizer, label, mintTenantID, tenantNamespace } from '../../api/v1alpha1/names.ts'
import { KubeAlreadyExists } from '../../kube/errors.ts'
import { type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { OperatorError } from '../errors.ts'
import { mergeConditions, timestamp } from '../conditions.ts'
import { ensureObject } from './act/ensure-object.ts'
import { actOnSecrets } from './act/secrets.ts'
import { type Acted, type Acting, needRendering } from './acting.ts'
import { type Claim, type HeldClaim, claimObject, holderOf } from './claims.ts'
import { replacement } from './compare/replacement.ts'
import { type TenantPorts } from './ports.ts'
import { type Step } from './steps.ts'
import { type Tenant, readTenant } from './tenant.ts'

/** Does one step: one effect. */
export async function act(step: Step, acting: Acting): Promise<Acted> {
  const { ports, object } = acting
  const tenant = readTenant(object)
  switch (step.do) {
    case 'addFinalizer':
      return patchTenant(acting, { metadata: { finalizers: [...tenant.finalizers, finalizer] } })
    case 'removeFinalizer':
      return patchTenant(acting, {
        metadata: { finalizers: tenant.finalizers.filter((name) => name !== finalizer) },
      })
    case 'guardCustomerNamespace':
      await guard(acting, tenant)
      return {}
    case 'mintTenantID':
      return mint(step, acting, tenant)
    case 'claim':
      await claim(step.claim, acting, tenant)
      return {}
    case 'takeClaim':
      await take(step.claim, acting, tenant)
      return {}
    case 'dropClaim': {
      const { object: name, objectUid: uid } = step.claim
      const where = { namespace: ports.operator.namespace, name }
      await ports.cluster.delete(kinds.ConfigMap, where, { uid })
      ports.memory.note(kinds.ConfigMap, where, undefined)
      return {}
    }
    case 'ensure':
      return { ensured: await ensureObject(step, acting) }
    case 'remove': {
      const live = await ports.cluster.get(step.kind, step.name)
      if (
        live?.metadata.uid !== undefined &&
        live.metadata.labels?.[label.tenantID] === tenant.status.tenantID
      ) {
        await ports.cluster.delete(step.kind, step.name, { uid: live.metadata.uid })
      }
      ports.memory.note(step.kind, step.name, undefined)
      return {}
    }
    case 'nudgePod': {
      const patch = { metadata: { annotations: { [annotation.keySet]: String(step.version) } } }
      await ports.cluster.patch(kinds.Pod, podName(step.pod, tenant), patch)
      return {}
    }
    case 'replacePod':
      await replacePod(step, acting, tenant)
      return {}
    case 'recordAdoption':
      await recordAdoption(step, acting, tenant)
      return {}
    default:
      await actOnSecrets(step, acting, needRendering(acting))
      return {}
  }
}

async function patchTenant({ ports, object }: Acting, patch: { metadata: object }): Promise<Acted> {
  const { namespace = '', name, resourceVersion, uid } = object.metadata
  const metadata = { ...patch.metadata, resourceVersion, uid }
  return { object: await ports.cluster.patch(kinds.KiaviTenant, { namespace, name }, { metadata }) }
}

async function guard({ ports }: Acting, { namespace }: Tenant): Promise<void> {
  const patch = { metadata: { labels: { [label.holdsTenants]: 'true' } } }
  const written = await ports.cluster.patch(kinds.Namespace, { name: namespace }, patch)
  ports.memory.note(kinds.Namespace, { name: namespace }, written)
}

/** The one write that gives a tenant its identity: refused when the object moved on, or is being deleted. */
async function mint(
  { className, adopt }: Extract<Step, { do: 'mintTenantID' }>,
  { ports }: Acting,
  tenant: Tenant,
): Promise<Acted> {
  const tenantID = adopt ?? mintTenantID(ports.random)
  const message =
    'The tenant has its ID; making its database, keys and pods usually takes less than a minute.'
  const conditions = mergeConditions(
    tenant.status.conditions ?? [],
    [
      { type: 'Ready', status: 'False', reason: 'Provisioning', message },
      { type: 'Reconciling', status: 'True', reason: 'Provisioning', message },
    ],
    { now: ports.now(), generation: tenant.generation },
  )
  const written = await ports.cluster.patch(
    kinds.KiaviTenant,
    { namespace: tenant.namespace, name: tenant.name },
    {
      metadata: { resourceVersion: tenant.resourceVersion, uid: tenant.uid },
      status: { tenantID, className, conditions, observedGeneration: tenant.generation },
    },
    'status',
  )
  const what = adopt === undefined ? 'This tenant is' : 'Adopted the data of'
  ports.recorder.event(written, 'Normal', adopt === undefined ? 'Created' : 'Adopted', `${what} ${tenantID}.`)
  return { object: written }
}

async function claim(wanted: Claim, { ports }: Acting, tenant: Tenant): Promise<void> {
  const object = claimObject(wanted, holderOf(tenant), ports.operator.namespace)
  try {
    note(ports, await ports.cluster.create(kinds.ConfigMap, object))
  } catch (error) {
    if (!(error instanceof KubeAlreadyExists)) throw error
    const message = `Somebody else claimed ${wanted.value} in the same moment; looking again.`
    throw new OperatorError('CLAIM_LOST', message, { retry: 'soon', cause: error })
  }
}

/** The holder is gone, or was this tenant under another object: decided on what was seen, refused if that moved on. */
async function take(seen: HeldClaim, { ports }: Acting, tenant: Tenant): Promise<void> {
  const { namespace } = ports.operator
  const live = await ports.cluster.get(kinds.ConfigMap, { namespace, name: seen.object })
  if (live?.metadata.uid !== seen.objectUid || live.metadata.resourceVersion !== seen.resourceVersion) {
    const message = `The claim of ${seen.value} changed in the same moment; looking again.`
    throw new OperatorError('CLAIM_LOST', message, { retry: 'soon' })
  }
  const object = claimObject(seen, holderOf(tenant), namespace)
  note(ports, await ports.cluster.replace(kinds.ConfigMap, replacement(object, live)))
}

function note({ memory }: TenantPorts, written: KubeObject): void {
  const { namespace = '', name } = written.metadata
  memory.note(kinds.ConfigMap, { namespace, name }, written)
}

/** A consent is good for once: from now on it is a record of what was done. */
async function recordAdoption(
  { name, generation }: Extract<Step, { do: 'recordAdoption' }>,
  { ports }: Acting,
  { namespace, name: tenant, status }: Tenant,
): Promise<void> {
  const now = ports.now()
  const message = `${status.tenantID ?? ''} was taken over by KiaviTenant ${namespace}/${tenant}. This consent is used up.`
  const verdict = { type: 'Ready', status: 'True', reason: 'Adopted', message } as const
  const conditions = mergeConditions([], [verdict], { now, generation })
  const adoption = { adoptedAt: timestamp(now), observedGeneration: generation, conditions }
  await ports.cluster.patch(kinds.KiaviAdoption, { name }, { status: adoption }, 'status')
}

const podName = (name: string, { status }: Tenant) => ({
  namespace: tenantNamespace(status.tenantID ?? ''),
  name,
})

/** By the UID that it has now; on its way out already, it is left to that. */
async function replacePod(
  { pod, version }: Extract<Step, { do: 'replacePod' }>,
  { ports, object }: Acting,
  tenant: Tenant,
): Promise<void> {
  const where = podName(pod, tenant)
  const live = await ports.cluster.get(kinds.Pod, where)
  if (live?.metadata.uid === undefined || live.metadata.deletionTimestamp !== undefined) return
  await ports.cluster.delete(kinds.Pod, where, { uid: live.metadata.uid })
  const what = `Pod ${pod} did not take up key set ${version} and is replaced; the other pods serve meanwhile.`
  ports.recorder.event(object, 'Warning', 'PodReplaced', what)
}
