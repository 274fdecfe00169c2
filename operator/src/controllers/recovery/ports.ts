import { type Cluster } from '../../kube/port.ts'
import { type Encrypt } from '../../providers/age/port.ts'
import { type OfflineStore } from '../../providers/backups/offline-port.ts'
import { type BackupMemory } from '../backup/ports.ts'
import { type OperatorIdentity } from '../tenant/rendering.ts'

/** Everything outside that writing recovery sets touches. */
export interface RecoveryPorts {
  cluster: Cluster
  memory: Pick<BackupMemory, 'classes' | 'tenants'>
  offline: OfflineStore
  encrypt: Encrypt
  /** Throws when we surely or possibly no longer lead: nothing may be written outside the cluster any more. */
  fence: () => void
  now: () => Date
  operator: OperatorIdentity
  installationID: string
}
