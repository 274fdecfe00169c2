import {
  type KeyEvidence,
  type PodKeys,
} from '../../../../../operator/src/controllers/tenant/keys/evidence.ts'
import { type KeyLedger, type LedgerKey } from '../../../../../operator/src/controllers/tenant/keys/ledger.ts'
import { type KeyTerms } from '../../../../../operator/src/controllers/tenant/keys/terms.ts'

/** A kid has 43 letters. */
export const kid = (letter: string) => letter.repeat(43)
export const [A, B, C] = [kid('A'), kid('B'), kid('C')] as const

export const start = new Date('2027-01-01T00:00:00.000Z')
export const after = (seconds: number) => new Date(start.getTime() + seconds * 1000)

export const terms: KeyTerms = {
  jwksMaxAgeSeconds: 300,
  verifierCacheSeconds: 600,
  accessTokenSeconds: 900,
  rotationDays: 90,
}

export const publicHalf = (name: string) => ({ kid: name, n: `n-of-${name}`, e: 'AQAB' })

export const key = (name: string, phase: LedgerKey['phase'], more: Partial<LedgerKey> = {}): LedgerKey => ({
  ...publicHalf(name),
  phase,
  since: start.toISOString(),
  cacheSeconds: 600,
  tokenSeconds: 900,
  ...more,
})

export const ledger = (...keys: LedgerKey[]): KeyLedger => ({ version: 3, keys, cacheSeconds: 600 })

export const pod = (activeKid: string, published: string[], more: Partial<PodKeys> = {}): PodKeys => ({
  pod: 'a',
  version: 3,
  activeKid,
  activeSeconds: 1e6,
  published: published.map((name) => ({ kid: name, seconds: 1e6, always: false })),
  ...more,
})

export const evidence = (...pods: (PodKeys | undefined)[]): KeyEvidence => ({ pods, seenForMs: () => 1e12 })
