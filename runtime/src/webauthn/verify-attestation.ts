import { type AttestationCredential } from './wire.ts'
import { exportPublicKey, importCoseKey, passkeyAlgorithms } from './public-key.ts'

export interface AttestationTerms {
  /** The challenge in base64url, already opened and found good. */
  challenge: string
  allowedOrigins: readonly string[]
  rpId: string
}

export interface NewPasskey {
  credentialID: Buffer
  publicKey: Buffer
  algorithm: number
  signCount: number
  backupEligible: boolean
  backedUp: boolean
  transports: string[]
  aaguid: string
}

/**
 * Verifies a registration; `undefined` when it does not hold. Client data were judged already. The library is the
 * largest of the service and is loaded when the first person signs up.
 */
export async function verifyAttestation(
  credential: AttestationCredential,
  terms: AttestationTerms,
): Promise<NewPasskey | undefined> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
  const { isoCBOR } = await import('@simplewebauthn/server/helpers')
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        id: credential.id,
        rawId: credential.id,
        type: credential.type,
        clientExtensionResults: {},
        response: {
          clientDataJSON: credential.response.clientDataJSON.toString('base64url'),
          attestationObject: credential.response.attestationObject.toString('base64url'),
        },
      },
      expectedChallenge: terms.challenge,
      expectedOrigin: [...terms.allowedOrigins],
      expectedRPID: terms.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    })
    if (!verified) return undefined
    const { credential: made, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo
    // The library compares neither with the other: what was attested must be what was named.
    if (made.id !== credential.id) return undefined
    const { key, algorithm } = importCoseKey(isoCBOR.decodeFirst<Map<number, unknown>>(made.publicKey))
    return {
      credentialID: credential.rawId,
      publicKey: exportPublicKey(key),
      algorithm,
      signCount: made.counter,
      backupEligible: credentialDeviceType === 'multiDevice',
      backedUp: credentialBackedUp,
      transports: credential.response.transports,
      aaguid,
    }
  } catch {
    return undefined
  }
}
