import { type FastifyInstance } from 'fastify'
import * as z from 'zod'
import { type Dependencies } from '../dependencies.ts'
import { Refusal } from '../domain/errors.ts'
import { uuidv7 } from '../domain/uuid.ts'
import { credentialID } from '../webauthn/wire.ts'
import { readBody } from './body.ts'
import { callerOf } from './deliver.ts'
import { acceptedPasskeys } from './accepted-passkeys.ts'
import { freshlySignedIn, signedIn } from './signed-in.ts'

const removeBody = z.strictObject({ id: credentialID })

/** What signed-in people do with their own passkeys: see them, and remove one. */
export function ownPasskeys(app: FastifyInstance, deps: Dependencies): void {
  const { rpId } = deps.tenant.passkeys

  app.get('/v1/user/passkeys', async (request) => {
    const { userID } = await signedIn(deps, request)
    const own = await deps.store.listPasskeys(userID)
    if (own === undefined) throw new Refusal('not_signed_in')
    return {
      passkeys: own.passkeys.map((passkey) => ({
        id: passkey.id.toString('base64url'),
        created_at: passkey.createdAt.toISOString(),
        last_used_at: passkey.lastUsedAt.toISOString(),
        backed_up: passkey.backedUp,
        transports: passkey.transports,
        aaguid: passkey.aaguid,
      })),
      signal: acceptedPasskeys(rpId, own.handle, own.passkeys),
    }
  })

  app.post('/v1/user/passkeys/remove', async (request) => {
    const { id } = readBody(removeBody, request.body)
    const { userID, id: sessionID } = await freshlySignedIn(deps, request)
    const now = deps.now()
    const removal = await deps.store.removePasskey({
      credentialID: id,
      userID,
      sessionID,
      auditID: uuidv7(now.getTime(), deps.random),
      now,
      caller: callerOf(request),
    })
    if (removal === 'unknown_passkey') throw new Refusal('passkey_not_found')
    if (removal === 'last_passkey') throw new Refusal('last_passkey')
    const own = await deps.store.listPasskeys(userID)
    if (own === undefined) throw new Refusal('not_signed_in')
    return { signal: acceptedPasskeys(rpId, own.handle, own.passkeys) }
  })
}
