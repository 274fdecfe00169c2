/**
 * Signing keys as the mind sees them: public facts and opaque material.
 *
 * Guarantees: a private key is made off the main thread; some are made ahead of need and kept in memory, each is
 * handed out once; it leaves this folder only as bytes for a Secret, never in a log, status, event or plan.
 * Errors: `KeyUnreadable` when stored material does not parse, or does not belong to the kid that names it.
 */

/** A public RSA key as JWKS shows it (RFC 7517): kid is its RFC 7638 thumbprint. */
export interface PublicSigningKey {
  kty: 'RSA'
  use: 'sig'
  alg: 'RS256'
  kid: string
  n: string
  e: string
}

export type KeyBits = 2048 | 3072 | 4096

/**
 * The mounted file `keyset.json`: which keys are published, which one signs.
 * The private half of a key lies beside it in `<kid>.pem` (PKCS #8), where the pod may need to sign with it.
 */
export interface KeySet {
  /** Grows with every change, so that a pod can say which one it has. */
  version: number
  activeKid: string
  keys: PublicSigningKey[]
  /** Cache-Control max-age of the JWKS response, in seconds. */
  jwksMaxAgeSeconds: number
  /** RFC 3339: sessions that began before are over. */
  sessionsNotBefore?: string | undefined
}

export interface GeneratedKey {
  publicKey: PublicSigningKey
  /** PKCS #8 in PEM. */
  privatePem: string
}

export interface KeyGenerator {
  /** RSA, public exponent 65537, made in a worker thread; at once where one lies ready. */
  generate(bits: KeyBits): Promise<GeneratedKey>
  /** Ends the worker threads. Who still waits for a key gets an error. */
  close(): Promise<void>
}

/** Checks that the PEM is the private half of the public key named by kid; throws `KeyUnreadable`. */
export type KeyCheck = (publicKey: PublicSigningKey, privatePem: string) => void
