import { type KeyObject, createHash, generateKeyPairSync, sign } from 'node:crypto'

/**
 * A passkey authenticator in software, and the browser before it, for somebody who does not exist: P-256, no attestation,
 * user verified, not synchronised (WebAuthn, sections 6.1, 6.5 and 8.7).
 */
export interface Place {
  /** The page that the person would be on. */
  origin: string
  rpId: string
}

interface Passkey {
  id: Buffer
  privateKey: KeyObject
  userHandle: string
}

const flags = { present: 0x01, verified: 0x04, attested: 0x40 }

/** Makes a passkey; `credential` is what a browser's `toJSON()` would give. `random` gives n bytes. */
export function register(
  { challenge, user }: { challenge: string; user: { id: string } },
  place: Place,
  random: (bytes: number) => Uint8Array,
): { passkey: Passkey; credential: object } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = Buffer.from(random(32))
  const authData = Buffer.concat([
    authenticatorData(place, flags.attested),
    // No model says that it is this one.
    Buffer.alloc(16),
    Buffer.from([id.length >> 8, id.length & 0xff]),
    id,
    coseKey(publicKey),
  ])
  const attestationObject = Buffer.concat([
    Buffer.from([0xa3]),
    ...[cborText('fmt'), cborText('none'), cborText('attStmt'), Buffer.from([0xa0])],
    ...[cborText('authData'), cborBytes(authData)],
  ])
  const response = {
    clientDataJSON: base64url(clientData('webauthn.create', challenge, place)),
    attestationObject: base64url(attestationObject),
    transports: ['internal'],
  }
  return { passkey: { id, privateKey, userHandle: user.id }, credential: credentialOf(id, response) }
}

/** Answers a challenge with the passkey. */
export function assert(
  { challenge }: { challenge: string },
  { id, privateKey, userHandle }: Passkey,
  place: Place,
): object {
  const data = authenticatorData(place, 0)
  const client = clientData('webauthn.get', challenge, place)
  return credentialOf(id, {
    clientDataJSON: base64url(client),
    authenticatorData: base64url(data),
    signature: base64url(sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)),
    userHandle,
  })
}

const credentialOf = (id: Buffer, response: object) => ({
  ...{ id: base64url(id), rawId: base64url(id), type: 'public-key' },
  ...{ authenticatorAttachment: 'platform', clientExtensionResults: {}, response },
})

const clientData = (type: string, challenge: string, { origin }: Place) =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))

/** It counts nothing: the counter stays 0. */
const authenticatorData = ({ rpId }: Place, more: number) =>
  Buffer.concat([sha256(rpId), Buffer.from([flags.present | flags.verified | more]), Buffer.alloc(4)])

/** COSE_Key (RFC 9053): kty EC2, alg ES256, crv P-256, x, y. */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    cborBytes(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    cborBytes(Buffer.from(y, 'base64url')),
  ])
}

const cborText = (text: string) => cborString(0x60, Buffer.from(text))
const cborBytes = (bytes: Uint8Array) => cborString(0x40, bytes)

/** Up to 255 bytes (RFC 8949, section 3): nothing here is longer. */
function cborString(major: 0x40 | 0x60, content: Uint8Array): Buffer {
  const { length } = content
  const head = length < 24 ? [major | length] : [major | 24, length]
  return Buffer.concat([Buffer.from(head), content])
}

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
