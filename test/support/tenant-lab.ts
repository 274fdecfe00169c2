/** The real operator in its world, as a crash matrix sees it. */
import { randomBytes } from 'node:crypto'
import { child, masterSecret, tenantNamespace } from '../../operator/src/api/v1alpha1/names.ts'
import { type KeyLedger, keyIn, parseLedger } from '../../operator/src/controllers/tenant/keys/ledger.ts'
import { type KubeJson } from '../cluster/kube-client.ts'
import { clusterState, type State } from './cluster-state.ts'
import { type CrashLab, type Tenant } from './crash-lab.ts'
import { complaintsIn } from './operator-log.ts'
import { eventually } from './eventually.ts'
import { type LabWorld } from './operator-world/lab-world.ts'
import { customers, operatorNamespace } from './operator-world/names.ts'
import { openToPublic, sqlState } from './sql-state.ts'
import { open } from './secret-search.ts'
import { sweepTenant } from './sweep-tenant.ts'

interface Condition {
  type: string
  status: string
  reason: string
  message: string
}

export interface TenantObject extends KubeJson {
  metadata: KubeJson['metadata'] & { generation: number }
  status?: {
    tenantID?: string
    observedGeneration?: number
    conditions?: Condition[]
    runtime?: { replicas: number; readyReplicas: number }
    backups?: { lastSequence?: number }
    keys?: { kid: string; phase: KeyLedger['keys'][number]['phase']; nextAt?: string; revoked?: boolean }[]
  }
}

interface SecretObject extends KubeJson {
  data?: Record<string, string>
}

/** Shorter ones, such as a user name, stand in logs by chance. */
const shortestSecret = 12

export class TenantLab implements CrashLab {
  readonly world: LabWorld
  readonly #series = randomBytes(2).toString('hex')
  #tenants = 0
  /** IDs of tenants whose namespaces may still be on their way out. */
  readonly #swept = new Set<string>()

  constructor(world: LabWorld) {
    this.world = world
  }

  get injector() {
    return this.world.injector
  }

  path = ({ name }: Tenant) => `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/kiavitenants/${name}`
  find = (tenant: Tenant) => this.world.controlPlane.client.find<TenantObject>(this.path(tenant))

  newTenant = () => {
    const name = `tenant-${this.#series}-${++this.#tenants}`
    return { name, host: `auth.${name}.test` }
  }

  /** Applies its KiaviTenant, with the shortest keys that are allowed: how long they take to make is not the matter. */
  create = async ({ name, host }: Tenant, spec: object = {}, annotations: object = {}) => {
    await this.world.controlPlane.client.call(
      'POST',
      `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/kiavitenants`,
      {
        apiVersion: 'kiavi.eu/v1alpha1',
        kind: 'KiaviTenant',
        metadata: { name, namespace: customers, annotations },
        spec: { host, signingKeys: { bits: 2048 }, ...spec },
      },
    )
  }

  tenantID = async (tenant: Tenant) => (await this.find(tenant))?.status?.tenantID

  state = (): Promise<State> => this.worldState()

  protected readonly worldState = async (): Promise<State> => {
    const { controlPlane, postgres } = this.world
    const [kubernetes, sql] = await Promise.all([
      clusterState(controlPlane.client),
      sqlState(postgres, (database) => database.startsWith('kiavi_')),
    ])
    const swept = [...this.#swept]
    const there = [...kubernetes, ...sql].filter(([key]) => !swept.some((tenantID) => key.includes(tenantID)))
    // Each world has another.
    const port = String(this.world.databasePort)
    return new Map(there.map(([key, content]) => [key, content.replaceAll(port, '<port>')]))
  }

  startOperator = async () => {
    await this.world.operator.start()
    const { client } = this.world.controlPlane
    // What it does once in a cluster is done before anybody counts.
    await eventually('The default class being looked at', async () => {
      const found = await client.find<TenantObject>('/apis/kiavi.eu/v1alpha1/kiavitenantclasses/default')
      return found?.status?.conditions !== undefined
    })
  }

  async unsafe(tenant: Tenant): Promise<string[]> {
    const open = await openToPublic(this.world.postgres)
    const tenantID = await this.tenantID(tenant)
    const ledger = tenantID === undefined ? undefined : await this.ledger(tenantID)
    const mounted = tenantID === undefined ? undefined : await this.#mountedKid(tenantID)
    const stray = mounted !== undefined && ledger?.keys.some(({ kid }) => kid === mounted) !== true
    return [
      ...open.map((database) => `PUBLIC may enter ${database}`),
      ...(stray ? ['pods sign with a key that no master copy holds'] : []),
    ]
  }

  /** What the master copy says of the keys. */
  ledger = async (tenantID: string): Promise<KeyLedger | undefined> => {
    const text = await this.#file(operatorNamespace, masterSecret.signingKeys(tenantID), 'ledger.json')
    return text === undefined ? undefined : parseLedger(text)
  }

  /** The key that the master copy says to sign with. */
  activeKid = async (tenantID: string) => {
    const ledger = await this.ledger(tenantID)
    return ledger && keyIn(ledger, 'Active')?.kid
  }

  complaints = async () => {
    const secrets = await this.#secrets()
    return complaintsIn(this.world.operator.newLog(), [
      ...secrets,
      this.world.postgres.administrator.password,
    ])
  }

  describe = async (tenant: Tenant) => {
    const conditions = (await this.find(tenant))?.status?.conditions ?? []
    const told = conditions.map(
      ({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`,
    )
    return told.length === 0 ? 'the operator said nothing of it' : told.join('; ')
  }

  sweep = (tenant: Tenant, made: readonly string[]): Promise<void> => this.sweepAway(tenant, made)

  protected readonly sweepAway = async (tenant: Tenant, made: readonly string[]): Promise<void> => {
    await sweepTenant(this.world, this.path(tenant), made)
    for (const key of made) {
      const tenantID = /^namespaces kiavi-(.+)$/.exec(key)?.[1]
      if (tenantID !== undefined) this.#swept.add(tenantID)
    }
  }

  /** The key that pods are told to sign with. */
  async #mountedKid(tenantID: string): Promise<string | undefined> {
    const text = await this.#file(tenantNamespace(tenantID), child.signingKeys, 'keyset.json')
    return text === undefined ? undefined : (JSON.parse(text) as { activeKid: string }).activeKid
  }

  async #file(namespace: string, name: string, key: string): Promise<string | undefined> {
    const { client } = this.world.controlPlane
    const secret = await client.find<SecretObject>(`/api/v1/namespaces/${namespace}/secrets/${name}`)
    const text = secret?.data?.[key]
    return text === undefined ? undefined : Buffer.from(text, 'base64').toString('utf8')
  }

  async #secrets(): Promise<string[]> {
    const { items } = await this.world.controlPlane.client.call<{ items: SecretObject[] }>(
      'GET',
      '/api/v1/secrets',
    )
    return items
      .filter(
        ({ metadata }) =>
          metadata.namespace === operatorNamespace || metadata.namespace?.startsWith('kiavi-'),
      )
      .filter(({ metadata }) => metadata.name !== 'database-ca')
      .flatMap(({ data }) => Object.entries(data ?? {}))
      .filter(([key]) => !open.includes(key))
      .map(([, value]) => Buffer.from(value, 'base64').toString('utf8'))
      .filter((value) => value.length >= shortestSecret)
  }
}
