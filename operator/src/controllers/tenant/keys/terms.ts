import { type KeyLedger, type LedgerKey } from './ledger.ts'

/** What the spec says of signing keys, as far as waits depend on it. */
export interface KeyTerms {
  /** `Cache-Control: max-age` of the JWKS. */
  jwksMaxAgeSeconds: number
  /** Verifiers that keep a JWKS for longer than its max-age: how long. */
  verifierCacheSeconds: number
  accessTokenSeconds: number
  /** 0: never by itself. */
  rotationDays: number
}

/** The longest life of a token that the API allows: for where nobody knows any more what was said. */
export const longestTokenSeconds = 3600

/** What clocks of pods and verifiers, requests under way and looks of ours may be off by, in seconds. */
export const skewSeconds = 60

/** How long a verifier may go on with a JWKS that it fetched: twice its max-age, for a cache before the verifier. */
export const cacheSeconds = ({ jwksMaxAgeSeconds, verifierCacheSeconds }: KeyTerms): number =>
  Math.max(2 * jwksMaxAgeSeconds, verifierCacheSeconds)

/** From the moment that every serving pod publishes a key until every verifier knows it. */
export const publishSeconds = (key: Pick<LedgerKey, 'cacheSeconds'>): number => key.cacheSeconds + skewSeconds

/** From the moment that no pod signs with a key any more until nobody needs it to verify. */
export const retireSeconds = (
  key: Pick<LedgerKey, 'tokenSeconds'>,
  { cacheSeconds: cache }: Pick<KeyLedger, 'cacheSeconds'>,
): number => key.tokenSeconds + cache + skewSeconds

/** The longest that a JWKS which was fetched until now may be kept. */
export const longestCacheSeconds = ({
  cacheSeconds: cache,
  longerCache,
}: Pick<KeyLedger, 'cacheSeconds' | 'longerCache'>): number => Math.max(cache, longerCache?.seconds ?? 0)
