/** A lab whose tenants are backed up into an S3 server; what lies there is part of its state. */
import { randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { type BackupStatus } from '../../operator/src/api/v1alpha1/backup.ts'
import { type RestoreStatus } from '../../operator/src/api/v1alpha1/restore.ts'
import { installationSecret } from '../../operator/src/api/v1alpha1/names.ts'
import { type AgeIdentity, makeAgeIdentity } from '../../operator/src/backups/age-identity.ts'
import { type Manifest } from '../../operator/src/backups/manifest.ts'
import { parseOfflineName } from '../../operator/src/backups/offline-name.ts'
import { bundleName, parseObjectName } from '../../operator/src/backups/object-name.ts'
import { applyAll } from '../cluster/apply-all.ts'
import { type KubeJson } from '../cluster/kube-client.ts'
import { storeSecret, storeSpec } from './backup-store/class-store.ts'
import { type S3Lab, startS3Lab } from './backup-store/s3-lab.ts'
import { storedBytes, storedNames } from './backup-store/stored.ts'
import { type State } from './cluster-state.ts'
import { type Tenant } from './crash-lab.ts'
import { type OperatorWorld, startOperatorWorld, type WorldOptions } from './operator-world.ts'
import { customers } from './operator-world/names.ts'
import { TenantLab } from './tenant-lab.ts'

export interface BackupObject extends KubeJson {
  status?: BackupStatus
}

export interface RestoreObject extends KubeJson {
  status?: RestoreStatus
}

/** IDs of tenants that never were (workflows/prune.ts). */
const goneTenant = String.raw`gone\d{6}`
const secretName = 'backups'
const collectionOf = (plural: string) => `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/${plural}`
const collection = collectionOf('kiavibackups')
const restores = collectionOf('kiavirestores')

/** How well it compresses, how long it took, and what pods were ready a moment ago is another figure in every run. */
function withoutFigures(key: string, content: string): string {
  if (key.startsWith('deployments ')) {
    const shown = JSON.parse(content) as object
    return JSON.stringify({ ...shown, status: undefined })
  }
  return content
    .replaceAll(/"(bytes|recoverySeconds)":\d+/g, '"$1":"<figure>"')
    .replaceAll(/after \d+ seconds/g, 'after <figure> seconds')
}

export class StoreLab extends TenantLab {
  declare readonly world: OperatorWorld
  readonly store: S3Lab
  /** Of the Secret with the store's credential. */
  readonly secretName = secretName
  /** The class's recovery key: its private half lies with a person. */
  readonly recovery: AgeIdentity
  readonly #stop: () => Promise<void>

  private constructor(world: OperatorWorld, store: S3Lab, recovery: AgeIdentity) {
    super(world)
    this.store = store
    this.recovery = recovery
    this.#stop = async () => {
      await world.stop()
      await store.stop()
    }
  }

  static async start(options: WorldOptions = {}): Promise<StoreLab> {
    const address = '127.0.0.1'
    const store = await startS3Lab({ address })
    try {
      const recovery = makeAgeIdentity(randomBytes)
      const backups = storeSpec({ secretName, address, store, recovery })
      const world = await startOperatorWorld({
        ...options,
        jobs: true,
        classSpec: { ...options.classSpec, backups },
      })
      await applyAll(world.controlPlane, [storeSecret({ secretName, store })])
      return new StoreLab(world, store, recovery)
    } catch (error) {
      await store.stop()
      throw error
    }
  }

  stop = (): Promise<void> => this.#stop()

  backupName = ({ name }: Tenant, which: string) => `${name}-${which}`

  /** Somebody asks for a backup. */
  backUp = async (tenant: Tenant, which: string): Promise<void> => {
    await this.world.controlPlane.client.call('POST', collection, {
      ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviBackup' },
      metadata: { name: this.backupName(tenant, which), namespace: customers },
      spec: { tenantName: tenant.name },
    })
  }

  backup = (tenant: Tenant, which: string): Promise<BackupObject | undefined> =>
    this.world.controlPlane.client.find<BackupObject>(`${collection}/${this.backupName(tenant, which)}`)

  /** Somebody asks for the newest backup in the place of what is there. */
  restore = async (tenant: Tenant): Promise<void> => {
    await this.world.controlPlane.client.call('POST', restores, {
      ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviRestore' },
      metadata: { name: tenant.name, namespace: customers },
      spec: { tenantName: tenant.name, mode: 'InPlace', sourceTenantID: await this.tenantID(tenant) },
    })
  }

  restored = ({ name }: Tenant): Promise<RestoreObject | undefined> =>
    this.world.controlPlane.client.find<RestoreObject>(`${restores}/${name}`)

  override state = async (): Promise<State> => {
    const [state, store] = await Promise.all([this.worldState(), this.#storeState()])
    // Each world has others.
    const { port } = new URL(this.store.options().endpoint)
    const own = new RegExp(`\\b${port}\\b|${this.recovery.recipient}|\\b${goneTenant}\\b`, 'g')
    const masked = (text: string) => text.replaceAll(own, '<own>')
    return new Map(
      [...state, ...store].map(
        ([key, content]) => [masked(key), masked(withoutFigures(key, content))] as const,
      ),
    )
  }

  /** A backup that is on record as completed lies in the store with its manifest. */
  override async unsafe(tenant: Tenant): Promise<string[]> {
    const names = new Set(await storedNames(this.store))
    const { items } = await this.world.controlPlane.client.call<{ items: BackupObject[] }>('GET', collection)
    const lacking = items.flatMap(({ metadata, status }) => {
      const object = status?.completedAt === undefined ? undefined : status.object
      if (object === undefined || !metadata.name.startsWith(tenant.name)) return []
      const manifest = object.replace(/\.age$/, '.manifest')
      return names.has(object) && names.has(manifest) ? [] : [`${metadata.name} is completed and not stored`]
    })
    return [...(await super.unsafe(tenant)), ...lacking]
  }

  /** The installation's key is the world's, whichever run made it. */
  override sweep = (tenant: Tenant, made: readonly string[]): Promise<void> =>
    this.sweepAway(
      tenant,
      made.filter((key) => !key.endsWith(`/${installationSecret.key}`)),
    )

  /** Each backup by its number, with what its manifest says of people and tables. */
  async #storeState(): Promise<State> {
    const state: State = new Map()
    for (const name of await storedNames(this.store)) {
      // Written when things have settled, whatever a run does.
      if (parseOfflineName(name) !== undefined) continue
      const known = parseObjectName(name)
      const key = known === undefined ? `stored ${name}` : `stored ${bundleName(known.of)}`
      if (known?.part !== 'manifest') {
        state.set(key, state.get(key) ?? 'without a manifest')
        continue
      }
      const { users, reason, tables } = decodeJwt<Manifest>(
        Buffer.from(await storedBytes(this.store, name)).toString('utf8'),
      )
      state.set(key, JSON.stringify({ users, reason, tables: tables.length }))
    }
    return state
  }
}
