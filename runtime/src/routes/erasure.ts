import { type FastifyInstance } from 'fastify'
import * as z from 'zod'
import { type Dependencies } from '../dependencies.ts'
import { Refusal } from '../domain/errors.ts'
import { receiptEnd, type ErasureState } from '../domain/erasure.ts'
import { mintSecret, secretHash } from '../domain/session.ts'
import { uuidv7 } from '../domain/uuid.ts'
import { clearSessionCookie, sessionCookieHash } from '../plugins/session-cookie.ts'
import { untilStored } from '../until-stored.ts'
import { acceptedPasskeys } from './accepted-passkeys.ts'
import { readBody } from './body.ts'
import { freshlySignedIn } from './signed-in.ts'

/** How long the answer to an erasure waits for its confirmation, and how often it looks, in milliseconds. */
const waitAtMost = 10_000
const lookEvery = 250

// Named once more: a page left open while another person signed in would erase that one.
const eraseBody = z.strictObject({ user_id: z.uuid() })

const told = (id: string, state: ErasureState) => ({ erasure: { id, state } })

/** Erasing oneself, and asking whether it is confirmed; for the latter the receipt is all that is left, and needed. */
export function erasure(app: FastifyInstance, deps: Dependencies): void {
  const { store, tenant } = deps

  app.post('/v1/user/erase', async (request, reply) => {
    const { user_id: meant } = readBody(eraseBody, request.body)
    const { userID } = await freshlySignedIn(deps, request)
    if (userID !== meant.toLowerCase()) throw new Refusal('other_user')
    const now = deps.now()
    const { secret: receipt, hash } = mintSecret(deps.random)
    const handle = await store.eraseUser({
      userID,
      auditID: uuidv7(now.getTime(), deps.random),
      now,
      receipt: { hash, expiresAt: receiptEnd(now) },
    })
    if (handle === undefined) throw new Refusal('not_signed_in')
    if (sessionCookieHash(request) !== undefined) clearSessionCookie(reply)
    const confirmed = await untilStored({
      mostMs: waitAtMost,
      everyMs: lookEvery,
      isStored: async () => (await store.findErasure(hash, now)) === 'Confirmed',
      hurried: deps.draining,
      now: () => performance.now(),
      sleep: deps.sleep,
    })
    const signal = acceptedPasskeys(tenant.passkeys.rpId, handle, [])
    if (confirmed) return { ...told(receipt, 'Confirmed'), signal }
    void reply.code(202).header('location', `/v1/erasures/${receipt}`)
    return { ...told(receipt, 'Recorded'), signal }
  })

  app.get<{ Params: { receipt: string } }>('/v1/erasures/:receipt', async (request) => {
    const { receipt } = request.params
    const hash = secretHash(receipt)
    const state = hash && (await store.findErasure(hash, deps.now()))
    if (state === undefined) throw new Refusal('not_found')
    return told(receipt, state)
  })
}
