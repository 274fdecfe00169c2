import { heldTo } from '../expiry.ts'
import { type StoredOffline } from './gather.ts'
import { type TenantLook, earliest, isSpared, sparedUntil } from './judge-tenant.ts'

const dayMs = 86_400_000

export interface OfflineLook extends Pick<TenantLook, 'tenant' | 'memory' | 'now'> {
  /** When the oldest backup of the tenant that stays began; absent where none does. */
  oldestKept: Date | undefined
}

export type OfflineJudgement = { verdict: 'remove' | 'spare'; of: StoredOffline }

/**
 * What becomes of the journal's segments and the recovery sets of one folder. A recovery set goes a day after a newer one
 * was stored; the newest of who lives stays, whatever its date. A segment goes at its date, unless a backup stays that
 * is older: restored without it, people who were erased since would be back.
 */
export function judgeOffline(all: readonly StoredOffline[], look: OfflineLook): OfflineJudgement[] {
  return all.flatMap((of) => {
    const verdict = of.parsed.kind === 'journal' ? judgeSegment(of, look) : judgeSet(of, all, look)
    return verdict ? [{ verdict, of }] : []
  })
}

type Verdict = OfflineJudgement['verdict'] | undefined

function judgeSegment(of: StoredOffline, look: OfflineLook): Verdict {
  if (!isPast(of, look)) return undefined
  return look.oldestKept && look.oldestKept <= of.parsed.of.at ? 'spare' : 'remove'
}

function judgeSet(of: StoredOffline, all: readonly StoredOffline[], look: OfflineLook): Verdict {
  const replaced = replacedAt(of, all)
  if (replaced && replaced.getTime() + dayMs <= look.now.getTime()) return 'remove'
  if (!isPast(of, look)) return undefined
  const isThere = of.objects.some(({ state }) => state === 'current')
  const until = sparedUntil(of.parsed.of.at, earliest(of.objects), look.tenant)
  return isThere && isSpared(look) && look.now.getTime() < until ? 'spare' : 'remove'
}

const isPast = ({ parsed, objects }: StoredOffline, { tenant, now }: OfflineLook): boolean =>
  heldTo({
    expiresAt: parsed.of.expiresAt,
    storedAt: earliest(objects),
    terminatedAt: tenant?.terminatedAt,
  }) <= now

/**
 * When the first newer set was stored. Newer by number and by the store's clock: who lost count, or puts a high number
 * there to have all others removed, replaces nothing.
 */
function replacedAt(
  { name, parsed, objects }: StoredOffline,
  all: readonly StoredOffline[],
): Date | undefined {
  const storedAt = earliest(objects)
  const newer = all.flatMap((other) => {
    const current = other.objects.filter(({ state }) => state === 'current')
    if (other.name === name || other.parsed.kind !== 'recovery' || current.length === 0) return []
    const at = earliest(current)
    return other.parsed.of.number > parsed.of.number && at >= storedAt ? [at.getTime()] : []
  })
  return newer.length > 0 ? new Date(Math.min(...newer)) : undefined
}
