import { verify, type KeyObject } from 'node:crypto'
import { checkAssertion, type AssertionFault, type KnownPasskey } from '../domain/assertion.ts'
import { parseAssertionData } from '../domain/authenticator-data.ts'
import { digest } from '../domain/digest.ts'
import { type AssertionCredential } from './wire.ts'

export interface PasskeyToVerify extends KnownPasskey {
  publicKey: KeyObject
}

export interface VerifiedAssertion {
  signCount: number
  backedUp: boolean
}

/**
 * Verifies an assertion whose client data were judged already. In the place of @simplewebauthn/server on this one
 * path, because that imports the key anew for each call and costs six times the signature check itself; a
 * differential test holds that whatever passes here passes there.
 */
export function verifyAssertion(
  credential: AssertionCredential,
  passkey: PasskeyToVerify,
  rpIdHash: Uint8Array,
): VerifiedAssertion | AssertionFault | 'malformed' | 'bad_signature' {
  const { authenticatorData, clientDataJSON, signature, userHandle } = credential.response
  const data = parseAssertionData(authenticatorData)
  if (data === undefined) return 'malformed'
  const signed = Buffer.concat([authenticatorData, digest(clientDataJSON)])
  if (!signatureHolds(passkey.publicKey, signed, signature)) return 'bad_signature'
  const fault = checkAssertion(data, userHandle ?? undefined, passkey, rpIdHash)
  return fault ?? { signCount: data.signCount, backedUp: data.backedUp }
}

/** ES256 and RS256 sign a SHA-256; Ed25519 signs the data themselves. */
function signatureHolds(key: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, key, signature)
  } catch {
    return false
  }
}
