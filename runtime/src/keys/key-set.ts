import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)

const publicKey = z.strictObject({
  kty: z.literal('RSA'),
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  /** RFC 7638 thumbprint: never a path. */
  kid: base64url.length(43),
  n: base64url,
  e: base64url,
})

/** Fields that this version does not know are left to later ones: an operator may be upgraded before its tenants. */
export const keySetDocument = z.object({
  /** Grows with every change. */
  version: z.int().min(1),
  activeKid: base64url.length(43),
  jwksMaxAgeSeconds: z.int().min(1).max(86_400),
  /** Sessions that began before are over. */
  sessionsNotBefore: z.iso.datetime().optional(),
  keys: z.array(publicKey).min(1).max(16),
})

export type PublicKey = z.infer<typeof publicKey>

export interface KeySet {
  version: number
  activeKid: string
  signingKey: KeyObject
  verifyingKeys: ReadonlyMap<string, KeyObject>
  /** Sessions that began before are over. */
  sessionsNotBefore: Date | undefined
  jwks: { body: Buffer; etag: string; cacheControl: string }
}

/** The mounted keys are damaged, or not each other's; says which and never shows material. */
export class KeySetRefused extends Error {
  override readonly name = 'KeySetRefused'
}

/**
 * Reads `keyset.json` and the private half of the active key. Every private key that lies there must belong to
 * the public key whose kid names it, so that swapped material is found before it would sign.
 */
export async function readKeySet(folder: string): Promise<KeySet> {
  // The kubelet swaps the whole directory through a link: all files are read behind the same end of it.
  const file = await realpath(join(folder, 'keyset.json'))
  const here = dirname(file)
  const document = parseKeySet(await readFile(file, 'utf8'))
  const verifyingKeys = new Map(document.keys.map((key) => [key.kid, importPublic(key)]))
  if (verifyingKeys.size !== document.keys.length)
    throw new KeySetRefused('Two keys of the key set have one kid.')
  let signingKey: KeyObject | undefined
  for (const key of document.keys) {
    const privateKey = await importPrivate(here, key)
    if (key.kid === document.activeKid) signingKey = privateKey
  }
  if (signingKey === undefined) {
    throw new KeySetRefused(
      `The active key ${document.activeKid} is not there: it needs a public and a private half.`,
    )
  }
  const body = Buffer.from(JSON.stringify({ keys: document.keys }))
  const { sessionsNotBefore } = document
  return {
    version: document.version,
    activeKid: document.activeKid,
    sessionsNotBefore: sessionsNotBefore === undefined ? undefined : new Date(sessionsNotBefore),
    signingKey,
    verifyingKeys,
    jwks: {
      body,
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
      cacheControl: `public, max-age=${document.jwksMaxAgeSeconds}`,
    },
  }
}

function parseKeySet(text: string): z.infer<typeof keySetDocument> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new KeySetRefused('keyset.json is not JSON.')
  }
  const parsed = keySetDocument.safeParse(json)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`)
  throw new KeySetRefused(`keyset.json cannot be used: ${faults.join('; ')}`)
}

/** RFC 7638. */
const thumbprint = (key: { e: string; n: string }): string =>
  createHash('sha256')
    .update(JSON.stringify({ e: key.e, kty: 'RSA', n: key.n }))
    .digest('base64url')

function importPublic(key: PublicKey): KeyObject {
  if (thumbprint(key) !== key.kid) throw new KeySetRefused(`The public key named ${key.kid} is another key.`)
  const imported = createPublicKey({ key: { ...key }, format: 'jwk' })
  if ((imported.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new KeySetRefused(`The key ${key.kid} is shorter than 2048 bits.`)
  }
  return imported
}

/** The private half of a key, if it lies there; only the active one is kept by the caller. */
async function importPrivate(folder: string, key: PublicKey): Promise<KeyObject | undefined> {
  let pem: Buffer
  try {
    pem = await readFile(join(folder, `${key.kid}.pem`))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    const privateKey = createPrivateKey({ key: pem, format: 'pem', type: 'pkcs8' })
    const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' })
    if (privateKey.asymmetricKeyType !== 'rsa' || n !== key.n || e !== key.e) {
      throw new KeySetRefused(
        `The private key in ${key.kid}.pem is not the half of the key that its name says.`,
      )
    }
    return privateKey
  } catch (error) {
    if (error instanceof KeySetRefused) throw error
    throw new KeySetRefused(`The private key in ${key.kid}.pem cannot be read.`)
  } finally {
    pem.fill(0)
  }
}
