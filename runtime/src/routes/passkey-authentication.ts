import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type FastifyInstance, type FastifyRequest } from 'fastify'
import * as z from 'zod'
import { type Dependencies } from '../dependencies.ts'
import { type AuditReason } from '../domain/audit-event.ts'
import { challengeSeconds, mintChallenge, openChallenge } from '../domain/challenge.ts'
import { checkClientData, parseClientData } from '../domain/client-data.ts'
import { digest } from '../domain/digest.ts'
import { Refusal, type RefusalCode } from '../domain/errors.ts'
import { sessionCookieHash } from '../plugins/session-cookie.ts'
import { span } from '../telemetry/traces.ts'
import { PasskeyMemory, type RememberedPasskey } from '../webauthn/passkey-memory.ts'
import { importPublicKey } from '../webauthn/public-key.ts'
import { verifyAssertion } from '../webauthn/verify-assertion.ts'
import { assertionCredential } from '../webauthn/wire.ts'
import { readBody } from './body.ts'
import {
  allowDelivery,
  callerOf,
  delivery,
  deliverSession,
  issueAccessToken,
  prepareSession,
} from './deliver.ts'
import { uuidv7 } from '../domain/uuid.ts'
import { keySetInUse } from './key-set-in-use.ts'
import { recordFailure } from './record-failure.ts'

const optionsBody = z.strictObject({})
const verifyBody = z.strictObject({ credential: assertionCredential, deliver: delivery })

/** Signing in with a passkey: the service never says which passkeys would do, nor whose they are. */
export function passkeyAuthentication(
  app: FastifyInstance,
  deps: Dependencies,
  key: () => Promise<KeyObject>,
): void {
  const { tenant, store } = deps
  const { rpId, allowedOrigins } = tenant.passkeys
  const context = [tenant.tenantID, rpId]
  const rpIdHash = digest(rpId)
  const memory = new PasskeyMemory()
  // An unknown passkey is verified against this one, so that it takes as long as a wrong signature.
  const decoy: RememberedPasskey = {
    userID: '',
    userHandle: Buffer.alloc(64),
    backupEligible: false,
    publicKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
  }

  async function find(id: string, credentialID: Buffer): Promise<RememberedPasskey | undefined> {
    const remembered = memory.get(id)
    if (remembered !== undefined) return remembered
    const stored = await store.findPasskey(credentialID)
    if (stored === undefined) return undefined
    const passkey = { ...stored, publicKey: importPublicKey(stored.publicKey) }
    memory.set(id, passkey)
    return passkey
  }

  async function refuse(
    request: FastifyRequest,
    reason: AuditReason,
    code: RefusalCode,
    identifier: string,
  ): Promise<never> {
    await recordFailure(deps, request, { type: 'sign_in', reason, identifier })
    throw new Refusal(code, reason)
  }

  app.post('/v1/passkeys/authentication/options', async (request) => {
    readBody(optionsBody, request.body)
    const terms = { purpose: 'authentication', context, key: await key(), now: deps.now().getTime() } as const
    return {
      publicKey: {
        challenge: mintChallenge(terms, deps.random).toString('base64url'),
        rpId,
        timeout: challengeSeconds * 1000,
        userVerification: 'required',
        allowCredentials: [],
      },
    }
  })

  app.post('/v1/passkeys/authentication/verify', async (request, reply) => {
    const { credential, deliver } = readBody(verifyBody, request.body)
    allowDelivery(deps, request, deliver)
    const started = performance.now()
    const identifier = credential.id

    const clientData = parseClientData(credential.response.clientDataJSON)
    if (clientData === undefined) return refuse(request, 'malformed', 'sign_in_failed', identifier)
    const fault = checkClientData(clientData, { type: 'webauthn.get', allowedOrigins })
    if (fault !== undefined) return refuse(request, fault, 'sign_in_failed', identifier)
    const bytes = Buffer.from(clientData.challenge, 'base64url')
    const terms = { purpose: 'authentication', context, key: await key(), now: deps.now().getTime() } as const
    const challenge = openChallenge(bytes, terms)
    if (challenge === undefined) return refuse(request, 'challenge_invalid', 'challenge_invalid', identifier)

    const passkey = await find(credential.id, credential.rawId)
    const verified = span('verify', () => verifyAssertion(credential, passkey ?? decoy, rpIdHash))
    if (passkey === undefined) return refuse(request, 'unknown_passkey', 'sign_in_failed', identifier)
    if (typeof verified === 'string') return refuse(request, verified, 'sign_in_failed', identifier)

    const keySet = await keySetInUse(deps)
    const session = prepareSession(deps, request, deliver, { bytes, expiresAt: challenge.expiresAt })
    const { userID } = passkey
    const { id: sessionID, now: authenticatedAt } = session.row
    // Side by side: the signature is thrown away where the database refuses, which is rare.
    const [signedIn, accessToken] = await Promise.all([
      store.signIn({ ...session.row, credentialID: credential.rawId, userID, ...verified }),
      issueAccessToken(deps, keySet, { userID, sessionID, authenticatedAt }),
    ])
    if (signedIn === 'challenge_reused') {
      return refuse(request, signedIn, 'challenge_invalid', identifier)
    }
    if (signedIn === 'account_or_counter') {
      // The statement wrote the audit event itself.
      deps.metrics.attempt('passkey', 'failure')
      memory.delete(credential.id)
      throw new Refusal('sign_in_failed', signedIn)
    }
    const former = deliver === 'cookie' ? sessionCookieHash(request) : undefined
    if (former !== undefined) {
      const now = deps.now()
      const auditID = uuidv7(now.getTime(), deps.random)
      await store.endSession({ cookieHash: former }, { auditID, now, caller: callerOf(request) })
    }
    deps.metrics.attempt('passkey', 'success')
    deps.metrics.signIn((performance.now() - started) / 1000)
    return deliverSession(deps, reply, session, { id: userID, name: signedIn.name }, accessToken)
  })
}
