/** What the rows of stalled-rows.ts do their mischief with. */
import { type KubeJson } from '../cluster/kube-client.ts'
import { type Tenant } from './crash-lab.ts'
import { eventually } from './eventually.ts'
import { type OperatorWorld } from './operator-world.ts'
import { type ReadyTenant, tenantPath } from './ready-tenants.ts'
import { type TenantLab } from './tenant-lab.ts'

const kiavi = '/apis/kiavi.eu/v1alpha1'
export const classPath = (name: string) => `${kiavi}/kiavitenantclasses/${name}`

export type Class = KubeJson & { spec: Record<string, unknown> & { database: object; runtime: object } }

export class Mischief {
  readonly world: OperatorWorld
  readonly lab: TenantLab
  readonly #ready: ReadyTenant[]

  constructor(world: OperatorWorld, lab: TenantLab, ready: readonly ReadyTenant[]) {
    this.world = world
    this.lab = lab
    this.#ready = [...ready]
  }

  get client() {
    return this.world.controlPlane.client
  }

  /** One that nobody else has touched. */
  readyTenant(): ReadyTenant {
    const tenant = this.#ready.pop()
    if (!tenant) throw new Error('The rows need more tenants than were made.')
    return tenant
  }

  async newTenant(spec: object = {}, { name, annotations }: { name?: string; annotations?: object } = {}) {
    const fresh = this.lab.newTenant()
    const tenant: Tenant = { ...fresh, ...(name === undefined ? {} : { name }) }
    await this.lab.create(tenant, spec, annotations)
    return tenant
  }

  /** A class like the default one, but for what is said. */
  async newClass(name: string, change: (spec: Class['spec']) => object, annotations: object = {}) {
    const { spec } = await this.client.call<Class>('GET', classPath('default'))
    await this.client.call('POST', `${kiavi}/kiavitenantclasses`, {
      apiVersion: 'kiavi.eu/v1alpha1',
      kind: 'KiaviTenantClass',
      metadata: { name, annotations },
      spec: change(spec),
    })
    return name
  }

  async release({ name, tenantID }: ReadyTenant): Promise<void> {
    await this.client.call('PATCH', tenantPath(name), {
      metadata: { annotations: { 'kiavi.eu/release': tenantID } },
    })
    await this.client.call('DELETE', tenantPath(name))
    await eventually(
      'The object being let go',
      async () => (await this.client.find(tenantPath(name))) === undefined,
    )
  }

  async sql(text: string, database?: string): Promise<void> {
    const session = await this.world.postgres.connect(this.world.postgres.superuser, database)
    try {
      await session.query(text)
    } finally {
      await session.end()
    }
  }
}

type Loose = Record<string, unknown>

/** The schemas without rules and bounds: as if another version had written them. */
export async function openTheDoor(world: OperatorWorld): Promise<void> {
  const { client } = world.controlPlane
  const strict = ['x-kubernetes-validations', 'maximum', 'maxItems', 'maxLength', 'pattern', 'oneOf', 'anyOf']
  const loosened = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(loosened)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value as Loose)
        .filter(([key]) => !strict.includes(key))
        .map(([key, each]) => [key, loosened(each)]),
    )
  }
  for (const plural of ['kiavitenants', 'kiavitenantclasses']) {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.kiavi.eu`
    const crd = await client.call<KubeJson & { spec: object }>('GET', path)
    await client.call('PUT', path, { ...crd, spec: loosened(crd.spec) })
  }
}
