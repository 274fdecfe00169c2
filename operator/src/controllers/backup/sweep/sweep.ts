import { installationFolder } from '../../../backups/offline-name.ts'
import { type HalfUpload, type ObjectRef, type StoredObject } from '../../../providers/backups/port.ts'
import { type Refusal, type StoredBackup, gather } from './gather.ts'
import { staleUploads } from './half-uploads.ts'
import { judgeOffline } from './judge-offline.ts'
import { type KnownTenant, type TenantLook, judgeTenant } from './judge-tenant.ts'
import { refKey } from './proof.ts'

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
  /** What stays past its date: the last verified backup of who lives, and what goes with it. */
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
  const known = (folder: string) => (folder === installationFolder ? ourselves : tenants.get(folder))
  const judgements = [...gathered.tenants].flatMap(([tenantID, backups]) =>
    judgeTenant(backups, { ...look, tenant: known(tenantID) }),
  )
  const withVerdict = (verdict: 'remove' | 'spare') =>
    judgements.flatMap((judgement) => (judgement.verdict === verdict ? [judgement.backup] : []))
  const gone = new Set(withVerdict('remove'))
  const offline = [...gathered.offline].flatMap(([folder, all]) =>
    judgeOffline(all, {
      ...{ tenant: known(folder), memory: look.memory, now: look.now },
      oldestKept: oldest(gathered.tenants.get(folder)?.filter((backup) => !gone.has(backup)) ?? []),
    }),
  )
  const unread = judgements.flatMap((judgement) => (judgement.verdict === 'read' ? [judgement.manifest] : []))
  const refused = judgements.flatMap((judgement) =>
    judgement.verdict === 'refuse' ? [{ object: { name: judgement.backup.name }, why: judgement.why }] : [],
  )
  const groups = [
    ...[...gone].map(({ bundles, manifests }) => [...bundles, ...manifests]),
    ...offline.flatMap(({ verdict, of }) => (verdict === 'remove' ? [of.objects] : [])),
  ]
  return {
    remove: groups.flatMap(inOrder),
    abort: uploads.abort,
    unread: onceEach(unread, refKey),
    spared: [
      ...withVerdict('spare').map(({ name }) => name),
      ...offline.flatMap(({ verdict, of }) => (verdict === 'spare' ? [of.name] : [])),
    ],
    refused: [...gathered.refused, ...uploads.refused, ...onceEach(refused, ({ object }) => object.name)],
  }
}

/** Whoever sweeps is there. */
const ourselves: KnownTenant = { lives: true }

const oldest = (backups: readonly StoredBackup[]): Date | undefined =>
  backups.length === 0 ? undefined : new Date(Math.min(...backups.map(({ of }) => of.startedAt.getTime())))

/** The data first, then what proves whose they are; the store's notes that a name was deleted last. */
function inOrder(all: readonly StoredObject[]): ObjectRef[] {
  const isMarker = ({ state }: StoredObject) => state === 'marker'
  return [...all.filter((object) => !isMarker(object)), ...all.filter(isMarker)].map(({ name, version }) => ({
    name,
    version,
  }))
}

const onceEach = <T>(list: readonly T[], key: (item: T) => string): T[] => [
  ...new Map(list.map((item) => [key(item), item])).values(),
]
