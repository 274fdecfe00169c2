import { type KeySet } from '../../../providers/keys/port.ts'
import { type KeyLedger, type LedgerKey } from './ledger.ts'
import { type KeyTerms, cacheSeconds, longestTokenSeconds } from './terms.ts'

/**
 * A ledger from what pods have mounted, where the master is lost. The key that signs goes on; every other that is
 * published stays for as long as a key that just ceased to sign would, and tokens for as long as any may: nobody can
 * say any more what they were. Nor can anybody say whether the rotation that is asked for was done: it is taken for done.
 */
export function restoredLedger(
  set: KeySet,
  { terms, now, rotation }: { terms: KeyTerms; now: Date; rotation: string | undefined },
): KeyLedger {
  const since = now.toISOString()
  const seconds = cacheSeconds(terms)
  const longer = 2 * set.jwksMaxAgeSeconds
  const keys = set.keys.map(({ kid, n, e }): LedgerKey => ({
    ...{ kid, n, e, since, cacheSeconds: seconds, tokenSeconds: longestTokenSeconds },
    phase: kid === set.activeKid ? 'Active' : 'Retiring',
  }))
  const { sessionsNotBefore } = set
  return {
    ...{ version: set.version + 1, keys, cacheSeconds: seconds },
    ...(longer > seconds ? { longerCache: { seconds: longer, kids: keys.map(({ kid }) => kid) } } : {}),
    ...(sessionsNotBefore === undefined ? {} : { sessionsNotBefore }),
    ...(rotation === undefined ? {} : { rotation }),
  }
}
