/** The files that a runtime finds under its configuration directory, as the operator and the kubelet would lay them. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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

/** Writes files into a new directory and swaps a link to it in, the way the kubelet replaces a mounted Secret. */
export function mountFiles(folder: string, files: Readonly<Record<string, string>>): void {
  generation += 1
  const version = `..v${generation}`
  mkdirSync(join(folder, version), { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, version, name), content)
  symlinkSync(version, join(folder, '..next'))
  renameSync(join(folder, '..next'), join(folder, '..data'))
  for (const name of Object.keys(files)) {
    rmSync(join(folder, name), { force: true })
    symlinkSync(join('..data', name), join(folder, name))
  }
}

/** Mounts a key set; the first key is the active one. Private halves of all of them lie beside it. */
export function mountKeys(folder: string, keys: readonly TestKey[], jwksMaxAgeSeconds = 300): void {
  mountFiles(folder, {
    'keyset.json': JSON.stringify({
      activeKid: keys[0]?.publicKey.kid,
      jwksMaxAgeSeconds,
      keys: keys.map((key) => key.publicKey),
    }),
    ...Object.fromEntries(keys.map((key) => [`${key.publicKey.kid}.pem`, key.privatePem])),
  })
}
