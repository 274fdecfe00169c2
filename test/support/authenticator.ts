/**
 * A passkey authenticator in software, for tests and load: P-256, no attestation, user verified, synchronised or not.
 * It does what a browser and its platform do together: builds client data, authenticator data and the signature.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

export interface AuthenticatorOptions {
  origin: string
  rpId: string
  /** A passkey that is synchronised says so, and counts nothing. */
  synchronised?: boolean
}

export interface Passkey {
  id: string
  userHandle: string
  privateKey: KeyObject
  /** COSE_Key, as attested. */
  coseKey: Buffer
  signCount: number
}

/** What may be wrong with an answer; each is applied before signing, so that the signature itself holds. */
export interface Twist {
  origin?: string
  type?: string
  challenge?: string
  crossOrigin?: boolean
  topOrigin?: string
  rpId?: string
  /** The flags byte as it is. */
  flags?: number
  signCount?: number
  userHandle?: string | null
}

interface CreationOptions {
  challenge: string
  user: { id: string }
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()

export const flag = { userPresent: 0x01, userVerified: 0x04, eligible: 0x08, backedUp: 0x10, attested: 0x40 }

/** CBOR of a text or byte string shorter than 65,536. */
function cborString(major: 2 | 3, content: Uint8Array): Buffer {
  const { length } = content
  const head =
    length < 24
      ? [(major << 5) | length]
      : length < 256
        ? [(major << 5) | 24, length]
        : [(major << 5) | 25, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}
const text = (value: string) => cborString(3, Buffer.from(value))
const map = (...items: readonly Buffer[]) =>
  Buffer.concat([Buffer.from([0xa0 | (items.length / 2)]), ...items])

/** COSE_Key of a P-256 public key: kty EC2, alg ES256, crv P-256, x, y. */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return map(
    ...[Buffer.from([0x01]), Buffer.from([0x02]), Buffer.from([0x03]), Buffer.from([0x26])],
    ...[Buffer.from([0x20]), Buffer.from([0x01])],
    ...[Buffer.from([0x21]), cborString(2, Buffer.from(x, 'base64url'))],
    ...[Buffer.from([0x22]), cborString(2, Buffer.from(y, 'base64url'))],
  )
}

export class SoftwareAuthenticator {
  readonly passkeys: Passkey[] = []
  readonly #options: AuthenticatorOptions

  constructor(options: AuthenticatorOptions) {
    this.#options = options
  }

  /** Makes a passkey; the credential is what the browser's `toJSON()` gives. */
  create(publicKey: CreationOptions, twist: Twist = {}) {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const credentialID = randomBytes(32)
    const cose = coseKey(pair.publicKey)
    const passkey: Passkey = {
      id: base64url(credentialID),
      userHandle: publicKey.user.id,
      privateKey: pair.privateKey,
      coseKey: cose,
      signCount: 0,
    }
    const attested = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([0, credentialID.length]),
      credentialID,
      cose,
    ])
    const authenticatorData = Buffer.concat([this.#data(passkey, flag.attested, twist), attested])
    const attestationObject = map(
      ...[
        text('fmt'),
        text('none'),
        text('attStmt'),
        map(),
        text('authData'),
        cborString(2, authenticatorData),
      ],
    )
    this.passkeys.push(passkey)
    const credential = {
      id: passkey.id,
      rawId: passkey.id,
      type: 'public-key' as const,
      authenticatorAttachment: 'platform' as const,
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(this.#clientData('webauthn.create', publicKey.challenge, twist)),
        attestationObject: base64url(attestationObject),
        transports: ['internal'],
      },
    }
    return { passkey, credential }
  }

  /** Answers a challenge with a passkey, the newest unless given. */
  get(publicKey: { challenge: string }, passkey = this.passkeys.at(-1), twist: Twist = {}) {
    if (passkey === undefined) throw new Error('The authenticator holds no passkey yet.')
    const clientData = this.#clientData('webauthn.get', publicKey.challenge, twist)
    const authenticatorData = this.#data(passkey, 0, twist)
    const signature = sign(
      'sha256',
      Buffer.concat([authenticatorData, sha256(clientData)]),
      passkey.privateKey,
    )
    const userHandle = twist.userHandle === undefined ? passkey.userHandle : twist.userHandle
    return {
      id: passkey.id,
      rawId: passkey.id,
      type: 'public-key' as const,
      authenticatorAttachment: 'platform' as const,
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(clientData),
        authenticatorData: base64url(authenticatorData),
        signature: base64url(signature),
        ...(userHandle === null ? {} : { userHandle }),
      },
    }
  }

  #clientData(type: string, challenge: string, twist: Twist): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: twist.type ?? type,
        challenge: twist.challenge ?? challenge,
        origin: twist.origin ?? this.#options.origin,
        crossOrigin: twist.crossOrigin ?? false,
        ...(twist.topOrigin === undefined ? {} : { topOrigin: twist.topOrigin }),
      }),
    )
  }

  #data(passkey: Passkey, more: number, twist: Twist): Buffer {
    const { synchronised = true } = this.#options
    if (!synchronised) passkey.signCount += 1
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(twist.signCount ?? passkey.signCount)
    const backup = synchronised ? flag.eligible | flag.backedUp : 0
    const flags = twist.flags ?? flag.userPresent | flag.userVerified | backup
    return Buffer.concat([sha256(twist.rpId ?? this.#options.rpId), Buffer.from([flags | more]), counter])
  }
}
