import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { assert, register } from '../../../../operator/src/jobs/drill/authenticator.ts'
import { importPublicKey } from '../../../../runtime/src/webauthn/public-key.ts'
import { verifyAssertion } from '../../../../runtime/src/webauthn/verify-assertion.ts'
import { verifyAttestation } from '../../../../runtime/src/webauthn/verify-attestation.ts'
import { assertionCredential, attestationCredential } from '../../../../runtime/src/webauthn/wire.ts'
import { digest } from '../../../../runtime/src/domain/digest.ts'

const place = { origin: 'https://auth.acme.eu', rpId: 'acme.eu' }
const terms = { allowedOrigins: [place.origin], rpId: place.rpId }
const challenge = randomBytes(32).toString('base64url')
const handle = randomBytes(64)
const options = { challenge, user: { id: handle.toString('base64url') } }

describe('register', () => {
  it('makes a passkey that the tenant’s service takes, and never the same twice', async () => {
    const { credential, passkey } = register(options, place, randomBytes)
    const made = await verifyAttestation(attestationCredential.parse(credential), { ...terms, challenge })
    expect(made).toMatchObject({ credentialID: passkey.id, algorithm: -7, signCount: 0, backedUp: false })
    expect(register(options, place, randomBytes).passkey.id).not.toEqual(passkey.id)
  })

  it('makes one for this relying party alone', async () => {
    const { credential } = register(options, { ...place, rpId: 'other.eu' }, randomBytes)
    const parsed = attestationCredential.parse(credential)
    expect(await verifyAttestation(parsed, { ...terms, challenge })).toBeUndefined()
  })
})

describe('assert', () => {
  it('answers a challenge with it', async () => {
    const { credential, passkey } = register(options, place, randomBytes)
    const made = await verifyAttestation(attestationCredential.parse(credential), { ...terms, challenge })
    const stored = {
      userHandle: handle,
      backupEligible: false,
      publicKey: importPublicKey(made!.publicKey),
      userID: 'somebody',
    }
    const answer = assertionCredential.parse(assert({ challenge }, passkey, place))
    expect(verifyAssertion(answer, stored, digest(place.rpId))).toEqual({ signCount: 0, backedUp: false })
    const stranger = register(options, place, randomBytes)
    const wrong = assertionCredential.parse(
      assert({ challenge }, { ...stranger.passkey, id: passkey.id }, place),
    )
    expect(verifyAssertion(wrong, stored, digest(place.rpId))).toBe('bad_signature')
  })
})
