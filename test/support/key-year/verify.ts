import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose'

/** How a verifier keeps what it fetched. */
export type Verifier =
  /** For its max-age and no longer; never asks before that. */
  | 'max-age'
  /** As `createRemoteJWKSet` of jose does when nothing is said: 600 s, and anew for an unknown kid after 30 s. */
  | 'jose'
  /** For an hour, and never asks before that. */
  | 'one hour'

/** A token, and when the verifier fetched what it holds. */
export interface Verification {
  verifier: Verifier
  token: string
  /** Moments of true time, in milliseconds. */
  at: number
  fetchedAt: number
  /** The bytes that a pod, or a cache before it, gives at a moment. */
  jwksAt: (moment: number) => Buffer
}

export type Verdict = 'accepted' | 'unknown kid'

/** What jose says of a token, with a JWKS as old as that of the verifier; every other fault is an error. */
export async function verify({ verifier, token, at, fetchedAt, jwksAt }: Verification): Promise<Verdict> {
  const options = { algorithms: ['RS256'], currentDate: new Date(at), clockTolerance: 20 }
  try {
    if (verifier === 'jose') {
      const jwks = createRemoteJWKSet(new URL('https://auth.acme.eu/.well-known/jwks.json'), {
        [customFetch]: () => Promise.resolve(new Response(new Uint8Array(jwksAt(Date.now())))),
      })
      await atMoment(fetchedAt, () => jwks.reload())
      await atMoment(at, () => jwtVerify(token, jwks, options))
    } else {
      const jwks = createLocalJWKSet(JSON.parse(jwksAt(fetchedAt).toString()) as { keys: [] })
      await jwtVerify(token, jwks, options)
    }
    return 'accepted'
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return 'unknown kid'
    throw error
  }
}

/** jose asks no clock but the process's own: while it does, that one shows the simulated time. */
async function atMoment<T>(moment: number, call: () => Promise<T>): Promise<T> {
  const { now } = Date
  Date.now = () => moment
  try {
    return await call()
  } finally {
    Date.now = now
  }
}
