import { createPrivateKey, createPublicKey } from 'node:crypto'
import { bech32, readBech32 } from './bech32.ts'

/** An X25519 key of age: who holds `identity` opens what was encrypted to `recipient`. */
export interface AgeIdentity {
  /** As `age-keygen` writes it: AGE-SECRET-KEY-1... */
  identity: string
  /** age1... */
  recipient: string
}

const identityPrefix = 'age-secret-key-'
const recipientPrefix = 'age'
/** RFC 8410, section 7: what stands before the 32 bytes of an X25519 key. */
const pkcs8Head = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** A new identity. `random` gives n bytes. */
export function makeAgeIdentity(random: (bytes: number) => Uint8Array): AgeIdentity {
  const scalar = random(32)
  return {
    identity: bech32(identityPrefix, scalar).toUpperCase(),
    recipient: recipientOfScalar(scalar),
  }
}

/** The recipient of an identity; `undefined` where it is none. */
export function recipientOf(identity: string): string | undefined {
  if (identity !== identity.toUpperCase()) return undefined
  const scalar = readBech32(identityPrefix, identity.toLowerCase())
  return scalar?.length === 32 ? recipientOfScalar(scalar) : undefined
}

/** Whether something can be encrypted to it: letters that were mistyped are found by their checksum. */
export const isRecipient = (text: string): boolean => readBech32(recipientPrefix, text)?.length === 32

function recipientOfScalar(scalar: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, scalar]), format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return bech32(recipientPrefix, Buffer.from(x, 'base64url'))
}
