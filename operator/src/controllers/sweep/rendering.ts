import { type InstallationKeys } from '../../backups/installation-key.ts'
import { type ClassWithStore, type JobsImage } from '../backup/rendering.ts'
import { type KnownTenant } from '../backup/sweep/judge-tenant.ts'
import { type OperatorIdentity } from '../tenant/rendering.ts'

/** Everything that a sweep's Job is made from, and nothing else: same rendering, byte-identical Job. */
export interface SweepRendering {
  installationID: string
  className: string
  class: ClassWithStore
  slot: Date
  now: Date
  installationKeys: InstallationKeys
  memory: 'Whole' | 'Lost'
  /** By tenant ID. */
  tenants: ReadonlyMap<string, KnownTenant>
  running: readonly string[]
  damaged: readonly string[]
  asked: readonly string[]
  operator: OperatorIdentity
  jobs: JobsImage
}
