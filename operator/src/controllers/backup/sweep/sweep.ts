import { type HalfUpload, type ObjectRef, type StoredObject } from '../../../providers/backups/port.ts'
import { type Refusal, type StoredBackup, gather } from './gather.ts'
import { staleUploads } from './half-uploads.ts'
import { type KnownTenant, type TenantLook, judgeTenant } from './judge-tenant.ts'
import { refKey } from './proof.ts'

/** Nothing is to be older than its date by a day: a look may fail, or be cut short, and the next ones are in time. */
export const sweepEveryMs = 6 * 3_600_000
/** After one that did not come through. */
export const sweepAgainMs = 1_800_000

export interface SweepLook extends Omit<TenantLook, 'tenant'> {
  installationID: string
  /** Everything that lies in the store. */
  objects: readonly StoredObject[]
  halfUploads: readonly HalfUpload[]
  /** By tenant ID. Of who is not in it nothing is known any more. */
  tenants: ReadonlyMap<string, KnownTenant>
}

export interface Sweep {
  /** In this order: a crash between two leaves what the next sweep takes up. */
  remove: ObjectRef[]
  abort: HalfUpload[]
  /** Manifests to read before more can be said; then the sweep is asked anew. */
  unread: ObjectRef[]
  /** Bundles past their date that stay: each is the last verified one of a tenant that lives. */
  spared: string[]
  /** What cannot be proven to be ours, or was changed. A person has to look. */
  refused: Refusal[]
}

/**
 * What is to go from a store now. By the dates of what lies there: whether a tenant, its namespace, its resources or
 * any memory of it are still there does not matter, but for the last verified backup of a tenant that lives.
 */
export function sweep({ installationID, objects, halfUploads, tenants, ...look }: SweepLook): Sweep {
  const gathered = gather(objects, installationID)
  const uploads = staleUploads({ installationID, halfUploads, running: look.running, now: look.now })
  const judgements = [...gathered.tenants].flatMap(([tenantID, backups]) =>
    judgeTenant(backups, { ...look, tenant: tenants.get(tenantID) }),
  )
  const withVerdict = (verdict: 'remove' | 'spare') =>
    judgements.flatMap((judgement) => (judgement.verdict === verdict ? [judgement.backup] : []))
  const unread = judgements.flatMap((judgement) => (judgement.verdict === 'read' ? [judgement.manifest] : []))
  const refused = judgements.flatMap((judgement) =>
    judgement.verdict === 'refuse' ? [{ object: { name: judgement.backup.name }, why: judgement.why }] : [],
  )
  return {
    remove: withVerdict('remove').flatMap(inOrder),
    abort: uploads.abort,
    unread: onceEach(unread, refKey),
    spared: withVerdict('spare').map(({ name }) => name),
    refused: [...gathered.refused, ...uploads.refused, ...onceEach(refused, ({ object }) => object.name)],
  }
}

/** The data first, then what proves whose they are; the store's notes that a name was deleted last. */
function inOrder({ bundles, manifests }: StoredBackup): ObjectRef[] {
  const all = [...bundles, ...manifests]
  const isMarker = ({ state }: StoredObject) => state === 'marker'
  return [...all.filter((object) => !isMarker(object)), ...all.filter(isMarker)].map(({ name, version }) => ({
    name,
    version,
  }))
}

const onceEach = <T>(list: readonly T[], key: (item: T) => string): T[] => [
  ...new Map(list.map((item) => [key(item), item])).values(),
]
