import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'

/**
 * A challenge that carries its own proof, so that nothing is stored before a person has answered it:
 * purpose (1 byte), expiry in Unix seconds (4), nonce (16), HMAC-SHA256 (32) over these and the context.
 * Single use is the database's part: `challengeHash` goes into a unique column together with the answer.
 */

export type ChallengePurpose = 'authentication' | 'registration'

const purposeByte: Record<ChallengePurpose, number> = { authentication: 1, registration: 2 }
const bodyBytes = 21
const challengeBytes = bodyBytes + 32

/** How long a person may take over the browser's passkey dialog, in seconds. */
export const challengeSeconds = 300

export interface ChallengeTerms {
  purpose: ChallengePurpose
  /** What the challenge is bound to: the tenant, and for a registration the name that was asked for. */
  context: readonly string[]
  /** At least 32 bytes that every replica of this tenant knows, and nobody else. */
  key: KeyObject
  /** Milliseconds since 1970. */
  now: number
}

export interface OpenedChallenge {
  nonce: Buffer
  expiresAt: Date
}

function seal(body: Uint8Array, context: readonly string[], key: KeyObject): Buffer {
  const mac = createHmac('sha256', key).update('kiavi challenge 1\0').update(body)
  for (const part of context) mac.update(`${Buffer.byteLength(part)}:`).update(part)
  return mac.digest()
}

/** A fresh challenge; `random` gives n bytes. */
export function mintChallenge(terms: ChallengeTerms, random: (bytes: number) => Uint8Array): Buffer {
  const body = Buffer.alloc(bodyBytes)
  body.writeUInt8(purposeByte[terms.purpose], 0)
  body.writeUInt32BE(Math.floor(terms.now / 1000) + challengeSeconds, 1)
  body.set(random(16), 5)
  return Buffer.concat([body, seal(body, terms.context, terms.key)])
}

/** What a challenge says, if we made it for these terms and it has not expired; otherwise `undefined`. */
export function openChallenge(challenge: Uint8Array, terms: ChallengeTerms): OpenedChallenge | undefined {
  if (challenge.length !== challengeBytes) return undefined
  const bytes = Buffer.from(challenge)
  const body = bytes.subarray(0, bodyBytes)
  if (!timingSafeEqual(bytes.subarray(bodyBytes), seal(body, terms.context, terms.key))) return undefined
  if (body.readUInt8(0) !== purposeByte[terms.purpose]) return undefined
  const expiresAt = body.readUInt32BE(1) * 1000
  if (terms.now >= expiresAt) return undefined
  return { nonce: Buffer.from(body.subarray(5)), expiresAt: new Date(expiresAt) }
}
