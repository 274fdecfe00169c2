import { type Cluster, type KubeObject } from '../../kube/port.ts'
import { type Memory, type Recorder } from '../tenant/ports.ts'
import { type OperatorIdentity } from '../tenant/rendering.ts'
import { type JobsImage } from './rendering.ts'

/** What is remembered, kept up to date by watches. It may lag; what decides is read live, or written with a condition. */
export interface BackupMemory extends Pick<Memory, 'classes' | 'list'> {
  /** Every KiaviBackup, as it was last seen. */
  backups(): KubeObject[]
  /** Those of one KiaviTenant. */
  backupsOf(tenant: { namespace: string; name: string }): KubeObject[]
  /** Every KiaviTenant, by what it holds. */
  tenants(): {
    namespace: string
    name: string
    tenantID: string | undefined
    className: string | undefined
  }[]
}

/** Everything outside that the backup controller touches. */
export interface BackupPorts {
  cluster: Cluster
  memory: BackupMemory
  recorder: Recorder
  /** The last line that a container of ours has said; `undefined` where it cannot be asked. */
  lastLine: (where: { namespace: string; pod: string; container: string }) => Promise<string | undefined>
  /** n random bytes. */
  random: (bytes: number) => Uint8Array
  now: () => Date
  /** Milliseconds of a clock that only goes forward. */
  monotonic: () => number
  operator: OperatorIdentity
  installationID: string
  jobs: JobsImage
}
