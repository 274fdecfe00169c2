import { type KeyTurn } from './decide.ts'
import { type KeyLedger, type LedgerKey, keyIn, mostDestroyed } from './ledger.ts'
import { type KeyTerms, cacheSeconds, longestCacheSeconds } from './terms.ts'

interface When {
  terms: KeyTerms
  now: Date
}

interface WhenMade extends When {
  /** The rotation that is asked for; a first key has it behind it. */
  rotation: string | undefined
}

/** The ledger after a turn. Pure; the material follows it. */
export function turnLedger(ledger: KeyLedger, turn: KeyTurn, { terms, now }: When): KeyLedger {
  const since = now.toISOString()
  const change = (kid: string, as: Partial<LedgerKey>): LedgerKey[] =>
    ledger.keys.map((key) => (key.kid === kid ? { ...key, ...as } : key))
  switch (turn.turn) {
    case 'publish':
      return { ...ledger, keys: change(turn.kid, { phase: 'Published', since }) }
    case 'quiet':
      return { ...ledger, keys: change(turn.kid, { quietSince: since }) }
    case 'loud':
      return { ...ledger, keys: ledger.keys.map((key) => (key.kid === turn.kid ? loud(key) : key)) }
    case 'destroy':
      return next(ledger, forgetOldest(change(turn.kid, { phase: 'Destroyed', since })))
    case 'activate':
      return {
        ...next(
          withoutOutlived(ledger, turn.kid),
          activated(ledger.keys, turn.kid, { phase: 'Retiring', since }, { terms, now }),
        ),
        ...(turn.rotation === undefined ? {} : { rotation: turn.rotation }),
      }
    case 'revoke':
      return revoked(ledger, turn, { terms, now })
    case 'terms':
      return withTerms(ledger, { terms, now })
  }
}

/** A key that was just made: it signs where none does, else it stands by. */
export function addKey(
  ledger: KeyLedger | undefined,
  { kid, n, e }: Pick<LedgerKey, 'kid' | 'n' | 'e'>,
  { terms, now, rotation }: WhenMade,
): KeyLedger {
  const since = now.toISOString()
  const made = { kid, n, e, since, tokenSeconds: terms.accessTokenSeconds }
  if (!ledger) {
    const seconds = cacheSeconds(terms)
    const first: LedgerKey = { ...made, phase: 'Active', cacheSeconds: seconds }
    return {
      version: 1,
      keys: [first],
      cacheSeconds: seconds,
      ...(rotation === undefined ? {} : { rotation }),
    }
  }
  const phase = keyIn(ledger, 'Active') ? 'Generated' : 'Active'
  const seconds = longestCacheSeconds(ledger)
  return next(ledger, [...ledger.keys, { ...made, phase, cacheSeconds: seconds }])
}

const next = (ledger: KeyLedger, keys: LedgerKey[]): KeyLedger => ({
  ...ledger,
  keys,
  version: ledger.version + 1,
})

function loud(key: LedgerKey): LedgerKey {
  const signing = { ...key }
  delete signing.quietSince
  return signing
}

/** Whoever held a JWKS from before the key was made has waited with it. */
function withoutOutlived(ledger: KeyLedger, kid: string): KeyLedger {
  const { longerCache, ...rest } = ledger
  return longerCache && !longerCache.kids.includes(kid) ? rest : ledger
}

/** A key takes over the longest token life: pods with an older document may sign for longer than the spec says now. */
function activated(
  keys: readonly LedgerKey[],
  kid: string,
  old: Pick<LedgerKey, 'phase' | 'since'> & { revoked?: true },
  { terms, now }: When,
): LedgerKey[] {
  const lives = keys.filter(({ phase }) => phase === 'Active').map(({ tokenSeconds }) => tokenSeconds)
  const tokenSeconds = Math.max(terms.accessTokenSeconds, ...lives)
  return keys.map((key) => {
    if (key.kid === kid) return { ...key, phase: 'Active', since: now.toISOString(), tokenSeconds }
    return key.phase === 'Active' ? { ...key, ...old } : key
  })
}

function revoked(
  ledger: KeyLedger,
  { kid, endSessions }: Extract<KeyTurn, { turn: 'revoke' }>,
  when: When,
): KeyLedger {
  const since = when.now.toISOString()
  const gone = { phase: 'Destroyed', since, revoked: true } as const
  const successor = keyIn(ledger, 'Published') ?? keyIn(ledger, 'Generated')
  const isActive = keyIn(ledger, 'Active')?.kid === kid
  const keys =
    isActive && successor
      ? activated(ledger.keys, successor.kid, gone, when)
      : ledger.keys.map((key) => (key.kid === kid ? { ...key, ...gone } : key))
  return { ...next(ledger, forgetOldest(keys)), ...(endSessions ? { sessionsNotBefore: since } : {}) }
}

/** Waits that have begun grow with the spec and never shrink; a cache that was longer is remembered. */
function withTerms(ledger: KeyLedger, { terms }: When): KeyLedger {
  const seconds = cacheSeconds(terms)
  const before = longestCacheSeconds(ledger)
  const keys = ledger.keys.map((key) => ({
    ...key,
    cacheSeconds: waits(key) ? Math.max(key.cacheSeconds, seconds) : key.cacheSeconds,
    tokenSeconds:
      key.phase === 'Active' ? Math.max(key.tokenSeconds, terms.accessTokenSeconds) : key.tokenSeconds,
  }))
  const changed: KeyLedger = { ...next(ledger, keys), cacheSeconds: seconds }
  if (before > seconds) changed.longerCache = { seconds: before, kids: knownBy(ledger, seconds) }
  else delete changed.longerCache
  return changed
}

/** Keys that a JWKS may show which is held for the longer time: all that are there when it becomes shorter. */
const knownBy = ({ keys, cacheSeconds: before, longerCache }: KeyLedger, seconds: number): string[] =>
  seconds >= before && longerCache ? longerCache.kids : keys.map(({ kid }) => kid)

const waits = ({ phase }: LedgerKey) => phase === 'Generated' || phase === 'Published'

function forgetOldest(keys: LedgerKey[]): LedgerKey[] {
  const destroyed = keys
    .filter(({ phase }) => phase === 'Destroyed')
    .sort((a, b) => Date.parse(b.since) - Date.parse(a.since))
  const forgotten = new Set(destroyed.slice(mostDestroyed).map(({ kid }) => kid))
  return keys.filter(({ kid }) => !forgotten.has(kid))
}
