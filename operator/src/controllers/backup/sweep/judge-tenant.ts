import { type ObjectRef, type StoredObject } from '../../../providers/backups/port.ts'
import { heldTo, longestDays } from '../expiry.ts'
import { type StoredBackup } from './gather.ts'
import { type ReadManifests, proofOf } from './proof.ts'

const dayMs = 86_400_000

/** What the cluster knows of a tenant, from a live read. */
export interface KnownTenant {
  /** A KiaviTenant, a namespace or a database of it is there, and its erasure has not begun. */
  lives: boolean
  /** When its end was asked for. */
  terminatedAt?: Date | undefined
}

export interface TenantLook {
  manifests: ReadManifests
  /** `undefined`: nothing is known of it any more. */
  tenant: KnownTenant | undefined
  /** `Lost`: the cluster was rebuilt, and nobody has said yet that its tenants are all back. */
  memory: 'Whole' | 'Lost'
  /** Bundles that a Job may be writing now, by name. */
  running: ReadonlySet<string>
  /** Bundles that a restore or a drill found to be damaged, by name: they are nobody's last backup. */
  damaged: ReadonlySet<string>
  now: Date
}

export type Judgement =
  | { verdict: 'remove' | 'spare'; backup: StoredBackup }
  | { verdict: 'refuse'; backup: StoredBackup; why: string }
  /** More can be said once this manifest is read. */
  | { verdict: 'read'; manifest: ObjectRef }

/** What becomes of those of one tenant's backups whose date has come; they are given the newest first. */
export function judgeTenant(backups: readonly StoredBackup[], look: TenantLook): Judgement[] {
  const past = backups.filter((backup) => !look.running.has(backup.name) && heldBy(backup, look) <= look.now)
  const { last, judgements } = past.length > 0 && isSpared(look) ? lastVerified(backups, look) : nobody
  return [...judgements, ...past.flatMap((backup) => judge(backup, last, look))]
}

type Last = StoredBackup | 'unknown' | undefined
const nobody: { last: Last; judgements: Judgement[] } = { last: undefined, judgements: [] }

function judge(backup: StoredBackup, last: Last, look: TenantLook): Judgement[] {
  const proof = proofOf(backup, look.manifests)
  switch (proof.is) {
    case 'untrusted':
      return [{ verdict: 'refuse', backup, why: proof.why }]
    case 'unread':
      return [{ verdict: 'read', manifest: proof.manifest }]
    case 'unfinished':
      return [{ verdict: 'remove', backup }]
    case 'proven':
      if (last === 'unknown') return []
      return [{ verdict: last === backup && isKept(backup, look) ? 'spare' : 'remove', backup }]
  }
}

const isKept = (backup: StoredBackup, { tenant, now }: TenantLook): boolean =>
  now.getTime() < sparedUntil(backup.of.startedAt, firstStored(backup), tenant)

/** The newest backup that is proven; `unknown` while a manifest that may be its own has not been read. */
function lastVerified(
  backups: readonly StoredBackup[],
  { manifests, damaged }: TenantLook,
): { last: Last; judgements: Judgement[] } {
  const judgements: Judgement[] = []
  for (const backup of backups) {
    const proof = proofOf(backup, manifests)
    if (proof.is === 'proven' && !damaged.has(backup.name)) return { last: backup, judgements }
    if (proof.is === 'unread')
      return { last: 'unknown', judgements: [...judgements, { verdict: 'read', manifest: proof.manifest }] }
    if (proof.is === 'untrusted') judgements.push({ verdict: 'refuse', backup, why: proof.why })
  }
  return { last: undefined, judgements }
}

/** Whether something of it may outlive its date. */
export const isSpared = ({ tenant, memory }: Pick<TenantLook, 'tenant' | 'memory'>): boolean =>
  tenant?.lives ?? memory === 'Lost'

const heldBy = (backup: StoredBackup, { tenant }: TenantLook): Date =>
  heldTo({
    expiresAt: backup.of.expiresAt,
    storedAt: firstStored(backup),
    terminatedAt: tenant?.terminatedAt,
  })

const firstStored = ({ bundles, manifests }: StoredBackup): Date => earliest([...bundles, ...manifests])

/** When the first of them was put there, by the store's clock. */
export const earliest = (objects: readonly StoredObject[]): Date =>
  new Date(Math.min(...objects.map(({ storedAt }) => storedAt.getTime())))

/** What is spared outlives its date for as long as the tenant lives, and the tenant's end by no more than promised. */
export function sparedUntil(madeAt: Date, storedAt: Date, tenant: KnownTenant | undefined): number {
  if (tenant && !tenant.terminatedAt) return Infinity
  // Of whom nobody knows any more the end may have been asked for as soon as it was there.
  const end = tenant?.terminatedAt ?? new Date(Math.min(madeAt.getTime(), storedAt.getTime()))
  return end.getTime() + longestDays * dayMs
}
