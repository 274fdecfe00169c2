import { signToken } from '../../../runtime/src/keys/sign-token.ts'
import { type Random } from './random.ts'
import { type Excuse, type ServiceRecord, type Stretch } from './service-record.ts'
import { type Verifier, verify } from './verify.ts'

export interface Tally {
  verifications: number
  /** Within one cache life after a key changed its phase. */
  nearChange: number
  unknown: number
  apart: Record<Excuse, number>
  byVerifier: Record<Verifier, number>
  /** Behind a shared cache that holds a JWKS for its max-age. */
  behindCache: number
}

export const emptyTally = (): Tally => ({
  ...{ verifications: 0, nearChange: 0, unknown: 0, behindCache: 0 },
  apart: { revoked: 0, unaged: 0 },
  byVerifier: { 'max-age': 0, jose: 0, 'one hour': 0 },
})

export interface Visit {
  record: ServiceRecord
  /** True time, in milliseconds: the past is known up to then. */
  now: number
  random: Random
  isNearChange: boolean
  fault: (told: string) => void
}

const kinds = ['max-age', 'jose', 'one hour'] as const

/**
 * A token that some pod signed while it could still be good, and one verifier of each kind that may live with this
 * tenant: each fetched at a moment of its own, most of them at the edges of what they may.
 */
export async function visit(about: Visit, tally: Tally): Promise<void> {
  const { record, now, random } = about
  const signing = record.stretches.filter(({ to, tokenMs }) => to + tokenMs > now)
  // While no pod takes requests, and for longer than a token lives, there is none to verify.
  if (signing.length === 0) return
  const last = random.pick(signing)
  const oldest = Math.min(Math.max(now - last.from, 0), last.tokenMs - 1_000)
  const newest = Math.max(now - last.to, 0)
  if (oldest < newest) return
  // Right when it was issued, in the middle of its life, right before it ends.
  const age = random.pick([newest, (newest + oldest) / 2, oldest])
  const issuedAt = now - age
  const claims = {
    iss: 'https://auth.acme.eu',
    iat: seconds(issuedAt),
    exp: seconds(issuedAt + last.tokenMs),
  }
  const token = await signToken(claims, 'at+jwt', last.keySet)
  for (const verifier of kinds) await ask(verifier, { ...about, token, kid: last.keySet.activeKid }, tally)
}

const seconds = (ms: number) => Math.floor(ms / 1000)

async function ask(verifier: Verifier, about: Visit & { token: string; kid: string }, tally: Tally) {
  const { record, now, random, token, kid } = about
  const isBehindCache = verifier !== 'one hour' && random.chance(0.3)
  const longest = { 'max-age': Infinity, jose: 600_000, 'one hour': 3_600_000 }[verifier]
  const want = random.pick([0, 0.02, 0.3, 0.7, 0.999, 0.999])
  // What it holds must be something that a verifier of its kind would still hold.
  const held = served(record, now, random, ({ maxAgeSeconds, holdMs }) => {
    const life = Math.min(longest, verifier === 'max-age' ? maxAgeSeconds * 1000 : longest)
    const before = isBehindCache ? maxAgeSeconds * 1000 : 0
    if (life + before > holdMs) return undefined
    return { verifierMs: life * want, cacheMs: before * want }
  })
  if (!held) return
  const fetchedAt = now - held.verifierMs
  const verdict = await verify({
    ...{ verifier, token, at: now, fetchedAt },
    jwksAt: (moment) =>
      (moment === fetchedAt ? held.stretch : (anyAt(record, moment, random) ?? held.stretch)).keySet.jwks
        .body,
  })
  tally.verifications += 1
  tally.byVerifier[verifier] += 1
  if (isBehindCache) tally.behindCache += 1
  if (about.isNearChange) tally.nearChange += 1
  if (verdict === 'accepted') return
  const excuse = record.excuse(held.stretch, kid)
  if (excuse) tally.apart[excuse] += 1
  else {
    tally.unknown += 1
    const age = ((held.verifierMs + held.cacheMs) / 1000).toFixed(0)
    about.fault(`a verifier (${verifier}) with a JWKS ${age} s old does not know ${kid}`)
  }
}

/** A JWKS that a pod served so long ago that, held until now, it is still good. */
function served(
  record: ServiceRecord,
  now: number,
  random: Random,
  held: (stretch: Stretch) => { verifierMs: number; cacheMs: number } | undefined,
) {
  const fitting = record.stretches.flatMap((stretch) => {
    const age = held(stretch)
    if (!age) return []
    const at = now - age.verifierMs - age.cacheMs
    return stretch.from <= at && at < stretch.to ? [{ stretch, ...age }] : []
  })
  return fitting.length === 0 ? undefined : random.pick(fitting)
}

function anyAt(record: ServiceRecord, moment: number, random: Random): Stretch | undefined {
  const serving = record.stretches.filter(({ from, to }) => from <= moment && moment <= to)
  return serving.length === 0 ? undefined : random.pick(serving)
}
