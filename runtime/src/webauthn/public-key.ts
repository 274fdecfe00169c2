import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'

/** COSE algorithms that a passkey of ours may use, in the order we like them: ES256, Ed25519, RS256. */
export const passkeyAlgorithms: readonly number[] = [-7, -8, -257]

const text = (value: unknown): string => {
  if (!(value instanceof Uint8Array)) throw new TypeError('a COSE key lacks a member')
  return Buffer.from(value).toString('base64url')
}

/** RFC 9053: labels of a COSE_Key. */
const label = { algorithm: 3, curve: -1, x: -2, y: -3, n: -1, e: -2 }

/** Turns a decoded COSE_Key into a key; throws for algorithms and curves that we did not ask for. */
export function importCoseKey(cose: ReadonlyMap<number, unknown>): { key: KeyObject; algorithm: number } {
  const algorithm = cose.get(label.algorithm)
  const curve = cose.get(label.curve)
  let jwk: JsonWebKey
  if (algorithm === -7 && curve === 1) {
    jwk = { kty: 'EC', crv: 'P-256', x: text(cose.get(label.x)), y: text(cose.get(label.y)) }
  } else if (algorithm === -8 && curve === 6) {
    jwk = { kty: 'OKP', crv: 'Ed25519', x: text(cose.get(label.x)) }
  } else if (algorithm === -257) {
    jwk = { kty: 'RSA', n: text(cose.get(label.n)), e: text(cose.get(label.e)) }
  } else {
    throw new TypeError('a COSE key has an algorithm or curve that was not asked for')
  }
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  if (algorithm === -257 && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new TypeError('an RSA passkey is shorter than 2048 bits')
  }
  return { key, algorithm }
}

/** How a passkey's public key is stored. */
export const exportPublicKey = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' })

export const importPublicKey = (der: Buffer): KeyObject =>
  createPublicKey({ key: der, format: 'der', type: 'spki' })
