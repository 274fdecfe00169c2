/** What a person does with tenants in an operator's world, and how one waits for the answer. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ControlPlane } from '../../cluster/control-plane.ts'
import { type OperatorWorld } from '../../support/operator-world.ts'

type Plane = Pick<ControlPlane, 'kubectl'>

export interface Condition {
  type: string
  status: string
  reason: string
  message: string
  lastTransitionTime: string
}

export interface TenantObject {
  metadata: { name: string; namespace: string; uid: string; finalizers?: string[]; generation: number }
  spec: { host: string }
  status?: {
    tenantID?: string
    rpId?: string
    observedGeneration?: number
    keys?: { kid: string; phase: string }[]
    database?: { name?: string; provisionedAt?: string }
    conditions?: Condition[]
  }
}

export const apply = (plane: Plane, items: readonly object[]) =>
  plane.kubectl(
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  )

export interface NewTenant {
  namespace: string
  name: string
  host: string
  objects: object[]
}

/** A tenant that no other test has; in a namespace of its own unless one is given. */
export function newTenant(spec: object = {}, metadata: object = {}, inNamespace?: string): NewTenant {
  const suffix = randomBytes(4).toString('hex')
  const namespace = inNamespace ?? `customer-${suffix}`
  const name = `tenant-${suffix}`
  const host = `auth.${name}.eu`
  return {
    namespace,
    name,
    host,
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      {
        apiVersion: 'kiavi.eu/v1alpha1',
        kind: 'KiaviTenant',
        metadata: { name, namespace, ...metadata },
        spec: { host, ...spec },
      },
    ],
  }
}

export async function read(
  plane: Plane,
  { namespace, name }: Pick<NewTenant, 'namespace' | 'name'>,
): Promise<TenantObject | undefined> {
  const text = await plane.kubectl(['get', 'kt', name, '-n', namespace, '-o', 'json', '--ignore-not-found'])
  return text.trim() === '' ? undefined : (JSON.parse(text) as TenantObject)
}

export const conditionOf = (tenant: TenantObject | undefined, type: string): Condition | undefined =>
  tenant?.status?.conditions?.find((condition) => condition.type === type)

/** Waits until something is so; fails with what was seen last. */
export async function eventually<T>(
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  { seconds = 60, why = 'it' } = {},
): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    if (Date.now() > end)
      throw new Error(`${why} did not come within ${seconds} s; last seen: ${JSON.stringify(seen)}`)
    await sleep(250)
  }
}

/** Waits for `type=status`, and for the reason where one is given. */
export const waitFor = (
  { controlPlane }: Pick<OperatorWorld, 'controlPlane'>,
  tenant: Pick<NewTenant, 'namespace' | 'name'>,
  type: string,
  status: string,
  reason?: string,
): Promise<TenantObject | undefined> =>
  eventually(
    () => read(controlPlane, tenant),
    (seen) => {
      const condition = conditionOf(seen, type)
      return condition?.status === status && (reason === undefined || condition.reason === reason)
    },
    { why: `${type}=${status}${reason === undefined ? '' : `/${reason}`}` },
  )

/** Applies a tenant and waits until it serves. */
export async function provision(
  world: OperatorWorld,
  tenant = newTenant(),
): Promise<{ tenant: NewTenant; id: string }> {
  await apply(world.controlPlane, tenant.objects)
  const ready = await waitFor(world, tenant, 'Ready', 'True')
  return { tenant, id: ready?.status?.tenantID ?? '' }
}
