import { because } from '../codes.ts'
import { bundleName } from '../../../backups/object-name.ts'
import { recovered } from '../../backup/ledger.ts'
import { chooseFound, nameOf } from '../choose.ts'
import { judgeFind, judgeLoad } from '../judge-end.ts'
import { type CurrentRestore } from '../ledger.ts'
import { type RestorePlan, againMs, write } from '../steps.ts'
import { entered, failed } from '../turns.ts'
import { planJob } from './work.ts'
import { type Underway } from './underway.ts'

/** What the cluster does not know, the store is asked for; which backup it is, the cluster or a person says. */
export function planFinding({ place, ledger, restore }: Underway): RestorePlan {
  return planJob('find', place, ledger, (end) => {
    const judged = judgeFind(end)
    if ('failure' in judged) return write(failed(ledger, judged.failure))
    const { found } = judged.facts
    const source = place.needs?.sources.find(({ tenantID }) => tenantID === restore?.spec?.sourceTenantID)
    if (!restore?.spec || !source || typeof source.master === 'string') return { againMs: againMs.waiting }
    const { ledger: backups } = source.master
    const chosen = chooseFound(restore.spec, found, backups, source.lives)
    if ('reason' in chosen) return write(failed(ledger, because('RESTORE_REFUSED', chosen.message)))
    const inStore = found
      .slice(0, 64)
      .map(({ of }) => ({ sequence: of.sequence, startedAt: of.startedAt.toISOString() }))
    const isKnown = chosen.sequence <= (backups?.sequence ?? 0)
    return write(entered(ledger, 'Filling', { of: chosen, ...(isKnown ? {} : { inStore }) }))
  })
}

/** The database aside is made, opened to its owner alone, and filled by a Job. */
export function planFilling(underway: Underway): RestorePlan {
  const { seen, place, ledger, current } = underway
  const { of } = current
  const reference = referenceOf(underway)
  const databases = place.needs?.databases
  if (!of || !databases) return { againMs: againMs.waiting }
  const { number } = current
  const aside = databases.databases.find((each) => each.kind === 'aside' && each.number === number)
  if (!aside?.marker)
    return { step: { do: 'aside', of: reference, step: { do: 'createAside', number, since: seen.now } } }
  // Once its Job is there, whoever made it had seen the preparation return.
  if (place.job?.state === 'absent' && !place.hasDone('prepareAside')) {
    const step = { do: 'prepareAside', number, connectionLimit: place.connectionLimit } as const
    return { step: { do: 'aside', of: reference, step } }
  }
  return planJob('load', place, ledger, (end) => {
    const judged = judgeLoad(end, bundleName(nameOf(of)))
    if ('failure' in judged) return write(failed(ledger, judged.failure))
    const { users, sha256, bytes } = judged.facts
    const remember = rememberBackups(underway, { of, sha256 })
    if (remember) return remember
    const learnt = { users, of: { ...of, sha256, bytes } }
    if (current.mode === 'Drill') return write(entered(ledger, 'Trying', learnt))
    return write(entered(ledger, 'Fencing', { ...learnt, fencedAt: seen.now.toISOString() }))
  })
}

/**
 * A source whose ledger was lost with its cluster has one again: from what lies in the store, and from the backup that a
 * person confirmed and that was just found to be whole. No number is given out twice.
 */
function rememberBackups(
  { seen, place, current }: Underway,
  { of, sha256 }: { of: NonNullable<CurrentRestore['of']>; sha256: string },
): RestorePlan | undefined {
  const source = place.needs?.sources.find(({ tenantID }) => tenantID === of.tenantID)
  if (!source || typeof source.master === 'string' || !current.inStore) return undefined
  // It is there already.
  if ((source.master.ledger?.sequence ?? 0) >= of.sequence) return undefined
  const { sequence, startedAt, expiresAt } = of
  const confirmed = { sequence, object: bundleName(nameOf(of)), sha256, startedAt, expiresAt }
  const inStore = current.inStore.map((each) => ({ ...each, startedAt: new Date(each.startedAt) }))
  return { step: { do: 'rememberBackups', ledger: recovered(inStore, confirmed, seen.now) } }
}

export const referenceOf = ({ place, current }: Pick<Underway, 'place' | 'current'>) => ({
  namespace: place.tenant.namespace,
  ...current.restore,
})
