import { type Cluster } from '../../kube/port.ts'
import { type DatabaseProvider } from '../../providers/database/port.ts'
import { type KeyCheck } from '../../providers/keys/port.ts'
import { type BackupMemory } from '../backup/ports.ts'
import { type JobsImage } from '../backup/rendering.ts'
import { type OperatorIdentity } from '../tenant/rendering.ts'

/** Everything outside that the sweep controller touches. */
export interface SweepPorts {
  cluster: Cluster
  /** It may lag. Who lives is read live. */
  memory: Pick<BackupMemory, 'classes' | 'list' | 'backups' | 'tenants'>
  database: Pick<DatabaseProvider, 'sweep'>
  checkKey: KeyCheck
  now: () => Date
  operator: OperatorIdentity
  installationID: string
  jobs: JobsImage
}
