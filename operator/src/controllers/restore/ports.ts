import { type DatabasesAside } from '../../providers/database/aside-port.ts'
import { type Outbox } from '../../providers/database/outbox-port.ts'
import { type DatabaseServer } from '../../providers/database/port.ts'
import { type KeyCheck } from '../../providers/keys/port.ts'
import { type BackupMemory, type BackupPorts } from '../backup/ports.ts'
import { type KubeObject } from '../../kube/port.ts'

/** What is remembered, kept up to date by watches. It may lag; what decides is read live, or written with a condition. */
export interface RestoreMemory extends BackupMemory {
  /** Every KiaviRestore, as it was last seen. */
  restores(): KubeObject[]
  /** Those of one KiaviTenant. */
  restoresOf(tenant: { namespace: string; name: string }): KubeObject[]
}

/** Everything outside that the restore controller touches. */
export interface RestorePorts extends Omit<BackupPorts, 'memory'> {
  memory: RestoreMemory
  aside: DatabasesAside
  outbox: Pick<Outbox, 'readJournal'>
  /** Puts what waits in a tenant's outbox on record, and acknowledges it. Throws where it could not. */
  drain: (tenant: { namespace: string; name: string }) => Promise<void>
  /** Whether a tenant's own database may hold people; judged by the size of its tables, without reading one. */
  holdsPeople: (server: DatabaseServer, tenantID: string) => Promise<boolean>
  checkKey: KeyCheck
  /** Throws when we surely or possibly no longer lead: nothing may be done outside the cluster any more. */
  fence: () => void
}
