import { createPublicKey, randomBytes } from 'node:crypto'
import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkClientData, parseClientData } from '../../../runtime/src/domain/client-data.ts'
import { digest } from '../../../runtime/src/domain/digest.ts'
import { verifyAssertion } from '../../../runtime/src/webauthn/verify-assertion.ts'
import { assertionCredential } from '../../../runtime/src/webauthn/wire.ts'
import { flag, SoftwareAuthenticator, type Passkey, type Twist } from '../../support/authenticator.ts'

const origin = 'https://auth.acme.eu'
const rpId = 'acme.eu'
const authenticator = new SoftwareAuthenticator({ origin, rpId })
const challenge = randomBytes(53).toString('base64url')
const { passkey } = authenticator.create({ challenge, user: { id: randomBytes(64).toString('base64url') } })
type Answer = ReturnType<SoftwareAuthenticator['get']>

/** Our whole judgement of an answer to the challenge, as the route puts it together. */
function ours(answer: unknown): boolean {
  const credential = assertionCredential.safeParse(answer).data
  if (credential === undefined) return false
  const clientData = parseClientData(credential.response.clientDataJSON)
  if (clientData?.challenge !== challenge) return false
  if (checkClientData(clientData, { type: 'webauthn.get', allowedOrigins: [origin] }) !== undefined)
    return false
  const known = {
    publicKey: createPublicKey(passkey.privateKey),
    userHandle: Buffer.from(passkey.userHandle, 'base64url'),
    backupEligible: true,
  }
  return typeof verifyAssertion(credential, known, digest(rpId)) === 'object'
}

async function theirs(answer: Answer, of: Passkey = passkey): Promise<boolean> {
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      credential: { id: of.id, publicKey: new Uint8Array(of.coseKey), counter: 0 },
    })
    return verified
  } catch {
    return false
  }
}

/** Mostly as it should be, so that answers with no fault and with several come up too. */
const mostly = <T>(right: T, wrong: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: wrong })

const twist: fc.Arbitrary<Twist> = fc.record({
  origin: mostly(origin, fc.constantFrom('https://acme.eu', 'https://evil.eu')),
  type: mostly('webauthn.get', fc.constant('webauthn.create')),
  challenge: mostly(challenge, fc.constantFrom(`${challenge}A`, 'AAAA')),
  crossOrigin: mostly(false, fc.constant(true)),
  rpId: mostly(rpId, fc.constant('evil.eu')),
  flags: mostly(0x1d, fc.nat(63)),
  signCount: fc.nat(0xffffffff),
  userHandle: mostly<string | null>(passkey.userHandle, fc.constantFrom(null, 'AAAA')),
})

describe('verifyAssertion', () => {
  it('passes what a good authenticator says, as @simplewebauthn/server does', async () => {
    const answer = authenticator.get({ challenge }, passkey)
    expect([ours(answer), await theirs(answer)]).toEqual([true, true])
  })

  it('passes nothing that @simplewebauthn/server refuses, of answers that are signed but wrong', async () => {
    let passed = 0
    await fc.assert(
      fc.asyncProperty(twist, async (change) => {
        const answer = authenticator.get({ challenge }, passkey, change)
        if (!ours(answer)) return
        passed += 1
        expect(await theirs(answer)).toBe(true)
      }),
      { numRuns: 500, seed: 1 },
    )
    expect(passed).toBeGreaterThan(50)
  })

  it('refuses every single changed bit, as @simplewebauthn/server does', async () => {
    const answer = authenticator.get({ challenge }, passkey)
    for (const field of ['authenticatorData', 'signature', 'clientDataJSON'] as const) {
      const bytes = Buffer.from(answer.response[field], 'base64url')
      for (let bit = 0; bit < bytes.length * 8; bit += field === 'clientDataJSON' ? 7 : 1) {
        const changed = Buffer.from(bytes)
        changed[bit >> 3] = changed.readUInt8(bit >> 3) ^ (1 << (bit & 7))
        const damaged = {
          ...answer,
          response: { ...answer.response, [field]: changed.toString('base64url') },
        }
        expect(ours(damaged), `${field} bit ${bit}`).toBe(false)
        if (bit % 16 === 0) expect(await theirs(damaged)).toBe(false)
      }
    }
  })

  it.each<[string, Twist, boolean]>([
    ['a user who was present but not verified', { flags: flag.userPresent | flag.eligible }, false],
    ['a user who was verified but not present', { flags: flag.userVerified | flag.eligible }, false],
    ['an iframe of another site, though it names none', { crossOrigin: true }, true],
    ['an answer that does not say whose it is', { userHandle: null }, true],
    ['another person’s handle', { userHandle: 'AAAA' }, true],
    ['a passkey whose eligibility for backup changed', { flags: flag.userPresent | flag.userVerified }, true],
  ])('refuses %s', async (_because, change, passesTheLibrary) => {
    const answer = authenticator.get({ challenge }, passkey, change)
    expect(ours(answer)).toBe(false)
    expect(await theirs(answer), 'what the library says').toBe(passesTheLibrary)
  })

  it('refuses an answer under another passkey’s ID', () => {
    const answer = authenticator.get({ challenge }, passkey)
    expect(ours({ ...answer, id: 'AAAA' })).toBe(false)
  })
})
