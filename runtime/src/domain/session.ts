import { digest } from './digest.ts'

const day = 86_400_000

/** A bearer secret of 256 bits: given to the client once, kept by us as a hash. */
export interface MintedSecret {
  secret: string
  hash: Buffer
}

export function mintSecret(random: (bytes: number) => Uint8Array): MintedSecret {
  const secret = Buffer.from(random(32)).toString('base64url')
  return { secret, hash: digest(secret) }
}

/** The hash of a secret that a client sent; `undefined` when it cannot be one of ours. */
export const secretHash = (secret: string): Buffer | undefined =>
  /^[A-Za-z0-9_-]{43}$/.test(secret) ? digest(secret) : undefined

export interface SessionLimits {
  /** The absolute end, counted from sign-in. */
  sessionDays: number
  /** The sliding end, counted from the last use: of the refresh token, or of the cookie. */
  refreshTokenDays: number
}

/** When a session ends at the latest. */
export const absoluteEnd = (createdAt: Date, limits: SessionLimits): Date =>
  new Date(createdAt.getTime() + limits.sessionDays * day)

/** When something used at `usedAt` ends if it is not used again; the session's own end comes first where it is earlier. */
export const slidingEnd = (usedAt: Date, limits: SessionLimits, sessionEnd?: Date): Date =>
  new Date(Math.min(usedAt.getTime() + limits.refreshTokenDays * day, sessionEnd?.getTime() ?? Infinity))

/** Since when a cookie's session must have been used to be alive still at `now`. */
export const usedSince = (now: Date, limits: SessionLimits): Date =>
  new Date(now.getTime() - limits.refreshTokenDays * day)

/**
 * Since when a person must have signed in for their session to go on, where earlier ones were ended. A moment that lay
 * ahead of us when we heard of it was written by a clock that is not ours: who signs in afterwards shall stay so.
 */
export const signedInSince = (sessionsNotBefore: Date | undefined, heardAt: Date): Date =>
  new Date(Math.min(sessionsNotBefore?.getTime() ?? 0, heardAt.getTime()))

/** How stale `lastSeenAt` may grow before a use of the session is written down, in milliseconds. */
export const lastSeenGranularity = 3_600_000

export const shouldTouch = (lastSeenAt: Date, now: Date): boolean =>
  now.getTime() - lastSeenAt.getTime() >= lastSeenGranularity

/** How old a sign-in may be for what a forgotten or stolen session must not do, in seconds. */
export const freshSeconds = 300

export const isFresh = (authenticatedAt: Date, now: Date): boolean =>
  now.getTime() - authenticatedAt.getTime() <= freshSeconds * 1000
