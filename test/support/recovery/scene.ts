/** A tenant with a crowd in it, in a class with backups, on a cluster that can be thrown away. */
import { databaseNames, masterSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { eventually } from '../eventually.ts'
import { type BackedUpClass, backedUpClass, classObjectsWith } from '../installation/backed-up-class.ts'
import { applyObjects } from '../installation/install.ts'
import { type NodeWorld, startNodeWorld } from '../installation/node-world.ts'
import { type WorldTenant } from '../installation/world.ts'
import { operatorNamespace } from '../operator-world/names.ts'
import { addPeople, type Content, contentOf } from './crowd.ts'
import { installationPublicKey, putBackRecoverySets } from './recovery-sets.ts'

const host = 'auth.acme.test'
const className = 'backed-up'

export interface SceneOptions {
  /** Of the cluster. */
  name: string
  say: (line: string) => void
}

interface Condition {
  type: string
  status: string
  reason: string
  message: string
}

export class RecoveryScene {
  world: NodeWorld
  tenant: WorldTenant
  readonly place: BackedUpClass
  private readonly options: SceneOptions

  private constructor(options: SceneOptions, world: NodeWorld, place: BackedUpClass, tenant: WorldTenant) {
    this.options = options
    this.world = world
    this.place = place
    this.tenant = tenant
  }

  static async start(options: SceneOptions): Promise<RecoveryScene> {
    const world = await startNodeWorld(options)
    try {
      const place = await backedUpClass(world.cluster, { name: className, like: world.classObjects() })
      await applyObjects(world.cluster, place.objects)
      const tenant = await world.tenant(host, { className })
      return new RecoveryScene(options, world, place, tenant)
    } catch (error) {
      await world.stop()
      throw error
    }
  }

  get database(): string {
    return databaseNames(this.tenant.tenantID).database
  }

  /** Puts so many people into the tenant's database, who never come. */
  async crowd(count: number): Promise<void> {
    const client = await this.world.postgres.connect(this.world.postgres.superuser, this.database)
    await client.query(addPeople, [count])
    await client.query('ANALYZE')
    await client.end()
  }

  content = (): Promise<Content> => contentOf(this.world.postgres, this.database)

  /** What opens the tenant's backups, from where the operator keeps it. */
  async identity(): Promise<string> {
    return (await this.secret(masterSecret.backups(this.tenant.tenantID), 'identity')).trim()
  }

  /** A key of a Secret in the operator's namespace. */
  async secret(name: string, key: string): Promise<string> {
    const path = `jsonpath={.data.${key.replaceAll('.', String.raw`\.`)}}`
    const data = await this.world.cluster.kubectl([
      ...['get', 'secret', name, '-n', operatorNamespace, '-o', path],
    ])
    return Buffer.from(data, 'base64').toString('utf8')
  }

  /** A condition of the tenant. */
  async condition(type: string): Promise<Condition | undefined> {
    const { namespace, name } = this.tenant
    const text = await this.world.cluster.kubectl(['get', 'kt', name, '-n', namespace, '-o', 'json'])
    const { status } = JSON.parse(text) as { status?: { conditions?: Condition[] } }
    return status?.conditions?.find((each) => each.type === type)
  }

  /** Waits until this is why the tenant is not Ready. */
  async until(reason: string): Promise<void> {
    await eventually(
      `The tenant saying ${reason}`,
      async () => (await this.condition('Ready'))?.reason === reason,
      180_000,
    )
  }

  async destroyDatabase(): Promise<void> {
    const sql = await this.world.postgres.connect(this.world.postgres.superuser)
    await sql.query(`DROP DATABASE ${this.database} WITH (FORCE)`)
    await sql.end()
  }

  /**
   * The cluster with all its Secrets and the database server are gone; what is left is the store, the YAML and the
   * offline keys. Another cluster and server come up, and get what the recovery sets hold before the operator is there.
   */
  async loseEverything(): Promise<{ putBack: { sets: number; segments: number }; former: string }> {
    const { place, options } = this
    const former = this.tenant.tenantID
    const installation = await installationPublicKey(this.world.cluster)
    await this.world.stop()
    let putBack = { sets: 0, segments: 0 }
    this.world = await startNodeWorld({
      ...options,
      before: async (cluster) => {
        const { identity } = place.recovery
        putBack = await putBackRecoverySets(cluster, place.store, { identity, installation })
      },
    })
    const { hostAddress: address = '' } = this.world.cluster
    const like = this.world.classObjects()
    await applyObjects(this.world.cluster, classObjectsWith({ ...place, like, address }))
    this.tenant = await this.world.tenant(host, { className })
    return { putBack, former }
  }

  async stop(): Promise<void> {
    await this.world.stop()
    await this.place.store.stop()
  }
}
