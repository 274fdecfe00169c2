import { type KeyObject, createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { JobError } from './errors.ts'

const publicKey = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  use: z.literal('sig'),
  alg: z.literal('EdDSA'),
  /** RFC 7638 thumbprint. */
  kid: z.string(),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})

const keySet = z
  .strictObject({ keys: z.array(publicKey).min(1).max(64) })
  .refine(
    ({ keys }) => keys.every((key) => key.kid === thumbprint(key)),
    'a kid is not the thumbprint of its key',
  )

/** The public half of an installation's key, as a JWK (RFC 8037). */
export type InstallationKey = z.infer<typeof publicKey>
/** Every key that the installation signs with or signed with. */
export type InstallationKeys = z.infer<typeof keySet>

/** RFC 7638, section 3, for an OKP key (RFC 8037, section 2). */
const thumbprint = ({ x }: { x: string }): string =>
  createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url')

/** The public half of an Ed25519 key. */
export function installationKey(key: KeyObject): InstallationKey {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  if (key.asymmetricKeyType !== 'ed25519' || x === undefined)
    throw new JobError('JOB_MISCONFIGURED', "The installation's key is not an Ed25519 key.")
  return { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA', kid: thumbprint({ x }), x }
}

/** A new key: the private half in PEM (PKCS #8). `random` gives n bytes. */
export function makeInstallationKey(random: (bytes: number) => Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, random(32)]), format: 'der', type: 'pkcs8' })
  return key.export({ format: 'pem', type: 'pkcs8' }) as string
}

/** RFC 8410, section 7: what stands before the 32 bytes of an Ed25519 key. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The private half from PEM (PKCS #8). */
export function readInstallationKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey({ key: pem, format: 'pem' })
    installationKey(key)
    return key
  } catch {
    // OpenSSL's own words stand too near to the material.
    throw new JobError('JOB_MISCONFIGURED', "The installation's key is not an Ed25519 key in PEM (PKCS #8).")
  }
}

/** A JWKS of public keys; throws where it is not one, or a kid lies. */
export function readInstallationKeys(value: unknown): InstallationKeys {
  const parsed = keySet.safeParse(value)
  if (parsed.success) return parsed.data
  throw new JobError(
    'JOB_MISCONFIGURED',
    "The installation's public keys are not a set of Ed25519 JWKs with their thumbprints.",
  )
}
