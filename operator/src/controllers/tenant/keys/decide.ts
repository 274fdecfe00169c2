import { rotationDue } from './due.ts'
import { type KeyEvidence, publishedByAll, publishedFor, quietOf } from './evidence.ts'
import { type KeyLedger, type LedgerKey, keyIn } from './ledger.ts'
import { type KeyTerms, cacheSeconds, publishSeconds, retireSeconds } from './terms.ts'

/** One change of the ledger: one write. */
export type KeyTurn =
  | { turn: 'publish'; kid: string }
  | { turn: 'activate'; kid: string; rotation?: string }
  | { turn: 'quiet'; kid: string }
  | { turn: 'loud'; kid: string }
  | { turn: 'destroy'; kid: string }
  | { turn: 'revoke'; kid: string; endSessions: boolean }
  | { turn: 'terms' }

export type KeyDecision = KeyTurn | { turn: 'generate' }

export interface KeyWishes {
  /** Nonce of the rotation that is asked for. */
  rotation: string | undefined
  revoke: readonly { kid: string; endSessions: boolean }[]
}

export interface KeyLook {
  tenantID: string
  terms: KeyTerms
  wishes: KeyWishes
  evidence: KeyEvidence
  now: Date
}

/**
 * What to do with the keys now; `undefined` while there is only waiting to do.
 *
 * A key signs only after every verifier can know it, and goes only after nobody can need it. What is asked for at
 * once, a revoke, comes first.
 */
export function decideKeys(ledger: KeyLedger, look: KeyLook): KeyDecision | undefined {
  return (
    revoke(ledger, look) ??
    noteTerms(ledger, look) ??
    standby(ledger) ??
    publish(ledger, look) ??
    activate(ledger, look) ??
    retire(ledger, look)
  )
}

function revoke(ledger: KeyLedger, { wishes }: KeyLook): KeyDecision | undefined {
  for (const wish of wishes.revoke) {
    const key = ledger.keys.find(({ kid }) => kid === wish.kid)
    if (!key || key.phase === 'Destroyed') continue
    // Somebody has to sign: where no other key is there, it is made first.
    if (key.phase === 'Active' && !keyIn(ledger, 'Published', 'Generated')) return { turn: 'generate' }
    return { turn: 'revoke', ...wish }
  }
  return undefined
}

function noteTerms(ledger: KeyLedger, { terms }: KeyLook): KeyDecision | undefined {
  const active = keyIn(ledger, 'Active')
  const longer = active !== undefined && active.tokenSeconds < terms.accessTokenSeconds
  return longer || ledger.cacheSeconds !== cacheSeconds(terms) ? { turn: 'terms' } : undefined
}

/** A standby is always there, so that a rotation and a revoke activate what verifiers know. */
const standby = (ledger: KeyLedger): KeyDecision | undefined =>
  keyIn(ledger, 'Generated', 'Published') ? undefined : { turn: 'generate' }

function publish(ledger: KeyLedger, { evidence }: KeyLook): KeyDecision | undefined {
  const key = keyIn(ledger, 'Generated')
  return key && publishedByAll(evidence, key.kid) ? { turn: 'publish', kid: key.kid } : undefined
}

function activate(ledger: KeyLedger, look: KeyLook): KeyDecision | undefined {
  const active = keyIn(ledger, 'Active')
  const next = keyIn(ledger, 'Published')
  if (!next) return undefined
  const asked = look.wishes.rotation !== ledger.rotation ? look.wishes.rotation : undefined
  const due = active && rotationDue(look.tenantID, active, look.terms.rotationDays)
  if (active && asked === undefined && (due === undefined || due > look.now)) return undefined
  const wait = publishSeconds(next)
  if (!hasWaited(next, next.since, wait, look) || !publishedFor(look.evidence, next.kid, wait))
    return undefined
  return { turn: 'activate', kid: next.kid, ...(asked === undefined ? {} : { rotation: asked }) }
}

function retire(ledger: KeyLedger, look: KeyLook): KeyDecision | undefined {
  for (const key of ledger.keys) {
    if (key.phase !== 'Retiring') continue
    const isQuiet = quietOf(look.evidence, key.kid)
    if (key.quietSince === undefined) {
      if (isQuiet) return { turn: 'quiet', kid: key.kid }
    } else if (look.evidence.pods.some((pod) => pod?.activeKid === key.kid)) {
      return { turn: 'loud', kid: key.kid }
    } else if (isQuiet && hasWaited(key, key.quietSince, retireSeconds(key, ledger), look)) {
      return { turn: 'destroy', kid: key.kid }
    }
  }
  return undefined
}

/**
 * By the wall clock and by ours: the one may have been set, the other began with this process. A moment that lies
 * ahead was written by a clock that was wrong, and says nothing.
 */
function hasWaited({ kid }: LedgerKey, since: string, seconds: number, { evidence, now }: KeyLook): boolean {
  const wall = now.getTime() - Date.parse(since)
  return evidence.seenForMs(kid) >= seconds * 1000 && (wall < 0 || wall >= seconds * 1000)
}
