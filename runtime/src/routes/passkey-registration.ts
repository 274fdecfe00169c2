import { type KeyObject } from 'node:crypto'
import { type FastifyInstance, type FastifyRequest } from 'fastify'
import * as z from 'zod'
import { type Dependencies } from '../dependencies.ts'
import { type AuditReason } from '../domain/audit-event.ts'
import { challengeSeconds, mintChallenge, openChallenge } from '../domain/challenge.ts'
import { checkClientData, parseClientData } from '../domain/client-data.ts'
import { Refusal, type RefusalCode } from '../domain/errors.ts'
import { userHandle } from '../domain/user-handle.ts'
import { userName } from '../domain/user-name.ts'
import { uuidv4 } from '../domain/uuid.ts'
import { passkeyAlgorithms } from '../webauthn/public-key.ts'
import { verifyAttestation } from '../webauthn/verify-attestation.ts'
import { attestationCredential } from '../webauthn/wire.ts'
import { readBody } from './body.ts'
import { allowDelivery, delivery, deliverSession, issueAccessToken, prepareSession } from './deliver.ts'
import { keySetInUse } from './key-set-in-use.ts'
import { recordFailure } from './record-failure.ts'

const optionsBody = z.strictObject({ name: userName })
const verifyBody = z.strictObject({ name: userName, credential: attestationCredential, deliver: delivery })

/** Signing up: a name for the passkey manager to show, and a discoverable passkey. Nothing else is asked. */
export function passkeyRegistration(
  app: FastifyInstance,
  deps: Dependencies,
  key: () => Promise<KeyObject>,
): void {
  const { tenant, store } = deps
  const { rpId, allowedOrigins } = tenant.passkeys
  /** The challenge is bound to the name: what was shown to the person is what is stored. */
  const termsFor = (name: string, secret: KeyObject) =>
    ({
      purpose: 'registration',
      context: [tenant.tenantID, rpId, name],
      key: secret,
      now: deps.now().getTime(),
    }) as const

  async function refuse(request: FastifyRequest, reason: AuditReason, code: RefusalCode): Promise<never> {
    await recordFailure(deps, request, { type: 'sign_up', reason })
    throw new Refusal(code, reason)
  }

  app.post('/v1/passkeys/registration/options', async (request) => {
    const { name } = readBody(optionsBody, request.body)
    const secret = await key()
    const terms = termsFor(name, secret)
    const challenge = mintChallenge(terms, deps.random)
    const opened = openChallenge(challenge, terms)
    if (opened === undefined) throw new Error('a fresh challenge does not open')
    return {
      publicKey: {
        challenge: challenge.toString('base64url'),
        rp: { id: rpId, name: tenant.displayName },
        user: { id: userHandle(opened.nonce, secret).toString('base64url'), name, displayName: name },
        pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: {
          residentKey: 'required',
          requireResidentKey: true,
          userVerification: 'required',
        },
        attestation: 'none',
        excludeCredentials: [],
        timeout: challengeSeconds * 1000,
      },
    }
  })

  app.post('/v1/passkeys/registration/verify', async (request, reply) => {
    const { name, credential, deliver } = readBody(verifyBody, request.body)
    allowDelivery(deps, request, deliver)

    const clientData = parseClientData(credential.response.clientDataJSON)
    if (clientData === undefined) return refuse(request, 'malformed', 'registration_failed')
    const fault = checkClientData(clientData, { type: 'webauthn.create', allowedOrigins })
    if (fault !== undefined) return refuse(request, fault, 'registration_failed')
    const secret = await key()
    const bytes = Buffer.from(clientData.challenge, 'base64url')
    const challenge = openChallenge(bytes, termsFor(name, secret))
    if (challenge === undefined) return refuse(request, 'challenge_invalid', 'challenge_invalid')

    const passkey = await verifyAttestation(credential, {
      challenge: clientData.challenge,
      allowedOrigins,
      rpId,
    })
    if (passkey === undefined) return refuse(request, 'attestation_refused', 'registration_failed')

    const keySet = await keySetInUse(deps)
    const session = prepareSession(deps, request, deliver, { bytes, expiresAt: challenge.expiresAt })
    const user = { id: uuidv4(deps.random), handle: userHandle(challenge.nonce, secret), name }
    const [refused, accessToken] = await Promise.all([
      store.signUp({ ...session.row, user, passkey }),
      issueAccessToken(deps, keySet, {
        userID: user.id,
        sessionID: session.row.id,
        authenticatedAt: session.row.now,
      }),
    ])
    if (refused === 'challenge_reused') return refuse(request, refused, 'challenge_invalid')
    if (refused === 'passkey_known') return refuse(request, refused, 'registration_failed')
    deps.metrics.attempt('passkey', 'success')
    return deliverSession(deps, reply.code(201), session, { id: user.id, name }, accessToken)
  })
}
