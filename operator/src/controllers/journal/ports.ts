import { type Cluster } from '../../kube/port.ts'
import { type Encrypt } from '../../providers/age/port.ts'
import { type OfflineStore } from '../../providers/backups/offline-port.ts'
import { type Outbox } from '../../providers/database/outbox-port.ts'
import { type KeyCheck } from '../../providers/keys/port.ts'
import { type BackupMemory } from '../backup/ports.ts'
import { type OperatorIdentity } from '../tenant/rendering.ts'

/** Everything outside that the journal touches. */
export interface JournalPorts {
  cluster: Cluster
  memory: Pick<BackupMemory, 'classes' | 'tenants'>
  outbox: Pick<Outbox, 'readJournal' | 'takeJournal'>
  offline: Pick<OfflineStore, 'put'>
  encrypt: Encrypt
  checkKey: KeyCheck
  /** Throws when we surely or possibly no longer lead: nothing may be written outside the cluster any more. */
  fence: () => void
  now: () => Date
  operator: OperatorIdentity
  installationID: string
}
