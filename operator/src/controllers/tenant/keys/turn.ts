import { type KeyTurn } from './decide.ts'
import { type KeyLedger, type LedgerKey, keyIn } from './ledger.ts'
import { type KeyTerms, cacheSeconds, longestCacheSeconds } from './terms.ts'

/** How long a pod may go on with the old max-age after it was lowered, in seconds: the mount follows within this. */
const deliverySeconds = 120
/** Keys that are gone stay on record, the newest ones: status tells of them, and they tell old from foreign. */
const mostDestroyed = 4

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
        ...next(ledger, activated(ledger.keys, turn.kid, { phase: 'Retiring', since }, { terms, now })),
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
  const seconds = longestCacheSeconds(ledger, now)
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

function activated(
  keys: readonly LedgerKey[],
  kid: string,
  old: Pick<LedgerKey, 'phase' | 'since'> & { revoked?: true },
  { terms, now }: When,
): LedgerKey[] {
  return keys.map((key) => {
    if (key.kid === kid)
      return { ...key, phase: 'Active', since: now.toISOString(), tokenSeconds: terms.accessTokenSeconds }
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

/** Waits that have begun grow with the spec and never shrink; a cache that was longer is remembered for its length. */
function withTerms(ledger: KeyLedger, { terms, now }: When): KeyLedger {
  const seconds = cacheSeconds(terms)
  const before = longestCacheSeconds(ledger, now)
  const until = new Date(now.getTime() + (before + deliverySeconds) * 1000).toISOString()
  const keys = ledger.keys.map((key) => ({
    ...key,
    cacheSeconds: waits(key) ? Math.max(key.cacheSeconds, seconds) : key.cacheSeconds,
    tokenSeconds:
      key.phase === 'Active' ? Math.max(key.tokenSeconds, terms.accessTokenSeconds) : key.tokenSeconds,
  }))
  const changed: KeyLedger = { ...next(ledger, keys), cacheSeconds: seconds }
  if (before > seconds) changed.longerCache = { seconds: before, until }
  else delete changed.longerCache
  return changed
}

const waits = ({ phase }: LedgerKey) => phase === 'Generated' || phase === 'Published'

function forgetOldest(keys: LedgerKey[]): LedgerKey[] {
  const destroyed = keys
    .filter(({ phase }) => phase === 'Destroyed')
    .sort((a, b) => Date.parse(b.since) - Date.parse(a.since))
  const forgotten = new Set(destroyed.slice(mostDestroyed).map(({ kid }) => kid))
  return keys.filter(({ kid }) => !forgotten.has(kid))
}
