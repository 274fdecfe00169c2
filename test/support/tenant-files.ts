/** The files that a runtime finds under its configuration directory, as the operator and the kubelet would lay them. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface TestKey {
  publicKey: { kty: 'RSA'; use: 'sig'; alg: 'RS256'; kid: string; n: string; e: string }
  privatePem: string
}

/** A signing key with its RFC 7638 thumbprint as kid. */
export function makeSigningKey(bits = 2048): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const kid = createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url')
  return {
    publicKey: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e },
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

let generation = 0

/**
 * Writes files into a new directory, swaps a link to it in, and takes away what is no more, the way and in the order in
 * which the kubelet replaces a mounted Secret.
 */
export function mountFiles(folder: string, files: Readonly<Record<string, string>>): void {
  generation += 1
  const version = `..v${generation}`
  mkdirSync(join(folder, version), { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, version, name), content)
  symlinkSync(version, join(folder, '..next'))
  renameSync(join(folder, '..next'), join(folder, '..data'))
  const there = readdirSync(folder)
  for (const name of Object.keys(files)) {
    if (!there.includes(name)) symlinkSync(join('..data', name), join(folder, name))
  }
  const stays = ['..data', version, ...Object.keys(files)]
  for (const name of there) {
    if (!stays.includes(name)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

export interface KeySetTerms {
  /** Greater than of any key set before, unless given. */
  version?: number
  jwksMaxAgeSeconds?: number
  sessionsNotBefore?: Date
}

/** The text of a key set; the first key is the active one. */
export const keySetText = (keys: readonly TestKey[], terms: KeySetTerms = {}): string =>
  JSON.stringify({
    version: terms.version ?? generation + 1,
    activeKid: keys[0]?.publicKey.kid,
    jwksMaxAgeSeconds: terms.jwksMaxAgeSeconds ?? 300,
    sessionsNotBefore: terms.sessionsNotBefore,
    keys: keys.map((key) => key.publicKey),
  })

/** Mounts a key set with the private half of the active key, and no other. */
export function mountKeys(folder: string, keys: readonly TestKey[], terms?: KeySetTerms): void {
  const [active] = keys
  mountFiles(folder, {
    'keyset.json': keySetText(keys, terms),
    ...(active && { [`${active.publicKey.kid}.pem`]: active.privatePem }),
  })
}
