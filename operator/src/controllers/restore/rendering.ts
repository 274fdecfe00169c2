import { type InstallationKeys } from '../../backups/installation-key.ts'
import { type ClassWithStore, type JobsImage } from '../backup/rendering.ts'
import { type OperatorIdentity, type Rendering } from '../tenant/rendering.ts'
import { type CurrentRestore } from './ledger.ts'

/** Everything that a restore's Jobs are made from, and nothing else: same rendering, byte-identical Jobs. */
export interface RestoreRendering {
  tenantID: string
  current: CurrentRestore
  /** Whose backup is looked for, and which of them; the last is absent: all. */
  source: { tenantID: string; sequence: number | undefined }
  installationID: string
  className: string
  class: ClassWithStore
  installationKeys: InstallationKeys
  /** What the tenant's runtime has migrations for. */
  newestSchemaVersion: number
  /** Parts of the source's journal. */
  journalParts: number
  /** As the tenant's own pods are made. */
  tenant: Rendering
  operator: OperatorIdentity
  jobs: JobsImage
}
