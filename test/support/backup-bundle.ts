/** What a signed backup is made of, for tests that need no database. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { type InstallationKeys, installationKey } from '../../operator/src/backups/installation-key.ts'
import { type Manifest, manifestOf } from '../../operator/src/backups/manifest.ts'

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

export const bundleBytes = Buffer.from('age-encryption.org/v1\nnot really\n')
const plaintext = Buffer.from('PGDMP and so on')

export const manifestFacts: Omit<Manifest, 'version' | 'object' | 'users'> = {
  installationID: '6f1ed002ab5595859014ebf0951522d9',
  tenantID: 'k3x9q7w2ab',
  sequence: 42,
  startedAt: '2026-11-22T02:00:00Z',
  completedAt: '2026-11-22T02:00:07Z',
  expiresAt: '2026-12-22T02:00:00Z',
  reason: 'Scheduled',
  schemaVersion: 1,
  postgresql: { server: 180004, pgDump: '18.6' },
  recipient: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
  bundle: { bytes: bundleBytes.length, sha256: sha256(bundleBytes) },
  plaintext: { bytes: plaintext.length, sha256: sha256(plaintext) },
  tables: [
    { schema: 'migrations', name: 'applied', rows: 1, checksum: sha256('a') },
    { schema: 'auth', name: 'users', rows: 3, checksum: sha256('b') },
  ],
}

export const testManifest = (change: Partial<typeof manifestFacts> = {}): Manifest =>
  manifestOf({ ...manifestFacts, ...change })

/** An installation's key pair. */
export function testInstallation(): {
  privateKey: ReturnType<typeof generateKeyPairSync>['privateKey']
  keys: InstallationKeys
  pem: string
} {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { privateKey, keys: { keys: [installationKey(privateKey)] }, pem }
}
