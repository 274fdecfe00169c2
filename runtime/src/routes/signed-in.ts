import { type FastifyRequest } from 'fastify'
import { type StoredSession } from '../db/sessions.ts'
import { type Dependencies } from '../dependencies.ts'
import { Refusal } from '../domain/errors.ts'
import { isFresh, shouldTouch, usedSince } from '../domain/session.ts'
import { type KeySet } from '../keys/key-set.ts'
import { verifyToken } from '../keys/verify-token.ts'
import { sessionCookieHash } from '../plugins/session-cookie.ts'
import { keySetInUse } from './key-set-in-use.ts'

/** The access token of an `Authorization: Bearer` header. */
export const bearer = (request: FastifyRequest): string | undefined =>
  /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1]

/** A cookie comes along by itself: only a page of this host may act on it. */
export const ownPage = (deps: Dependencies, request: FastifyRequest): boolean =>
  request.headers.origin === deps.tenant.issuer

export const tokenSessionID = async (
  deps: Dependencies,
  token: string,
  { verifyingKeys }: KeySet,
): Promise<string | undefined> =>
  (await verifyToken(token, verifyingKeys, deps.tenant.issuer, deps.now()))?.sid

/** The cookie's session, if it is alive; its use is written down once an hour. */
export async function cookieSession(
  deps: Dependencies,
  request: FastifyRequest,
): Promise<StoredSession | undefined> {
  const hash = sessionCookieHash(request)
  if (hash === undefined) return undefined
  const { signedInSince } = await keySetInUse(deps)
  const now = deps.now()
  const session = await deps.store.findSessionBySecret(hash, {
    now,
    signedInSince,
    usedSince: usedSince(now, deps.tenant.tokens),
  })
  if (session !== undefined && shouldTouch(session.lastSeenAt, now))
    await deps.store.touchSession(session.id, now)
  return session
}

async function tokenSession(deps: Dependencies, token: string): Promise<StoredSession | undefined> {
  const keySet = await keySetInUse(deps)
  const id = await tokenSessionID(deps, token, keySet)
  if (id === undefined) return undefined
  return deps.store.findSessionByID(id, { now: deps.now(), signedInSince: keySet.signedInSince })
}

/** Who asks, by access token or by cookie; `not_signed_in` when nobody is. */
export async function signedIn(deps: Dependencies, request: FastifyRequest): Promise<StoredSession> {
  const token = bearer(request)
  const found = token === undefined ? await cookieSession(deps, request) : await tokenSession(deps, token)
  if (found === undefined) throw new Refusal('not_signed_in')
  return found
}

/** The same for what cannot be undone: the person used a passkey within the last minutes. */
export async function freshlySignedIn(deps: Dependencies, request: FastifyRequest): Promise<StoredSession> {
  if (bearer(request) === undefined && !ownPage(deps, request)) throw new Refusal('not_signed_in')
  const session = await signedIn(deps, request)
  if (!isFresh(session.authenticatedAt, deps.now())) throw new Refusal('insufficient_user_authentication')
  return session
}
