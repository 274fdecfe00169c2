import { rotationDue } from './due.ts'
import {
  type KeyEvidence,
  publishedByAll,
  publishedFor,
  quietOf,
  quietThroughout,
  shownThroughout,
} from './evidence.ts'
import { type KeyLedger, keyIn, mostLiving } from './ledger.ts'
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
    standby(ledger, look) ??
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

/**
 * A standby is always there, so that a rotation and a revoke activate what verifiers know. It is made once pods have
 * what was decided before: making a key takes its time, and what is to be gone within a minute does not wait for it.
 */
function standby(ledger: KeyLedger, { evidence }: KeyLook): KeyDecision | undefined {
  if (keyIn(ledger, 'Generated', 'Published')) return undefined
  const isDelivered = evidence.pods.every((pod) => pod === undefined || pod.version === ledger.version)
  return isDelivered ? { turn: 'generate' } : undefined
}

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
  if (ledger.keys.filter(({ phase }) => phase !== 'Destroyed').length >= mostLiving) return undefined
  const { evidence } = look
  const wait = publishSeconds(next)
  const hasPassed = evidence.seenForMs(next.kid) >= wait * 1000 || shownThroughout(evidence, next.kid, wait)
  if (!hasPassed || isTooSoon(next.since, wait, look.now) || !publishedFor(evidence, next.kid, wait))
    return undefined
  return { turn: 'activate', kid: next.kid, ...(asked === undefined ? {} : { rotation: asked }) }
}

function retire(ledger: KeyLedger, { evidence, now }: KeyLook): KeyDecision | undefined {
  for (const key of ledger.keys) {
    if (key.phase !== 'Retiring') continue
    const { kid, quietSince } = key
    if (quietSince === undefined) {
      if (quietOf(evidence, kid)) return { turn: 'quiet', kid }
      continue
    }
    if (evidence.pods.some((pod) => pod?.activeKid === kid)) return { turn: 'loud', kid }
    const wait = retireSeconds(key, ledger)
    const hasPassed = evidence.seenForMs(kid) >= wait * 1000 || quietThroughout(evidence, kid, wait)
    if (hasPassed && !isTooSoon(quietSince, wait, now) && quietOf(evidence, kid))
      return { turn: 'destroy', kid }
  }
  return undefined
}

/**
 * By the wall clock, which may have been set: it alone ends no wait. A moment that lies ahead was written by a clock
 * that was wrong, and says nothing.
 */
function isTooSoon(since: string, seconds: number, now: Date): boolean {
  const wall = now.getTime() - Date.parse(since)
  return wall >= 0 && wall < seconds * 1000
}
