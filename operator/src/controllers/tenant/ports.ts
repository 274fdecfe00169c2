import { type Cluster, type KubeObject, type ObjectName, type ResourceKind } from '../../kube/port.ts'
import { type DatabaseProvider } from '../../providers/database/port.ts'
import { type KeyCheck, type KeyGenerator } from '../../providers/keys/port.ts'
import { type PublicSuffix } from '../../providers/public-suffix/port.ts'
import { type RuntimeProbe } from '../../providers/runtime/port.ts'
import { type BackupNote } from '../backup/note.ts'
import { type KeptNote } from '../recovery/kept.ts'
import { type RestoreNote } from '../restore/note.ts'
import { type Projection } from './compare/projection.ts'
import { type Holder } from './observe/living.ts'
import { type OperatorIdentity } from './rendering.ts'

/**
 * What is remembered of the cluster, kept up to date by watches.
 *
 * It may lag: what it shows is where to look, never a reason to delete or to make something that holds data.
 * What this process wrote itself is shown at once.
 */
export interface Memory {
  get(kind: ResourceKind, name: ObjectName): Projection | undefined
  /** Every remembered object of a kind with its name, in a namespace. */
  list(kind: ResourceKind, namespace: string | undefined): { name: string; projection: Projection }[]
  /** Every KiaviTenantClass, as it was last seen. */
  classes(): KubeObject[]
  /** Every KiaviAdoption, as it was last seen. */
  adoptions(): KubeObject[]
  /** Who holds which tenant ID. */
  holders(): Holder[]
  /** False when the API server does not know the kind. */
  serves(kind: ResourceKind): boolean
  /** Told of what was just written or read live; `undefined` when it is gone. */
  note(kind: ResourceKind, name: ObjectName, object: KubeObject | undefined): void
}

/** Tells a user what happened to their tenant. Never fails: an event that cannot be written is dropped. */
export interface Recorder {
  event(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void
}

/** Everything outside that a tenant's controller touches. */
export interface TenantPorts {
  cluster: Cluster
  memory: Memory
  database: DatabaseProvider
  keys: KeyGenerator
  checkKey: KeyCheck
  runtime: RuntimeProbe
  isPublicSuffix: PublicSuffix
  recorder: Recorder
  /** Throws when we surely or possibly no longer lead: nothing may be written outside the cluster any more. */
  fence: () => void
  /** n random bytes. */
  random: (bytes: number) => Uint8Array
  now: () => Date
  /** Milliseconds of a clock that only goes forward. */
  monotonic: () => number
  /** Waits some milliseconds; for the moment that a fresh right needs to come into force. */
  pause: (milliseconds: number) => Promise<void>
  operator: OperatorIdentity
  installationID: string
  /** What is known of a tenant's backups by who makes them; `undefined` while they were not looked at. */
  backups?: (tenant: { namespace: string; name: string }) => BackupNote | undefined
  /** What is known of its restores and drills by who makes them; `undefined` while they were not looked at. */
  restores?: (tenant: { namespace: string; name: string }) => RestoreNote | undefined
  /** What keeps its journal or its recovery set from being kept. */
  kept?: (tenant: { namespace: string; name: string }) => KeptNote
}
