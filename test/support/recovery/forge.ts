/** Somebody with the installation's key who may write to the store: one row becomes another, and all is signed again. */
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { readInstallationKey } from '../../../operator/src/backups/installation-key.ts'
import { type Manifest } from '../../../operator/src/backups/manifest.ts'
import { signManifest } from '../../../operator/src/backups/sign-manifest.ts'
import { schemas } from '../../../operator/src/providers/database/expected-grants.ts'
import { type S3Lab } from '../backup-store/s3-lab.ts'
import { storedBytes } from '../backup-store/stored.ts'
import { ageTools, postgresClients } from '../postgres-clients.ts'
import { type PostgresServer } from '../postgres.ts'
import { openWithAge } from './opened.ts'
import { inScratchDatabase } from './scratch.ts'

const facts = (bytes: Uint8Array) => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

/** The archive with the name of one person changed: a whole dump of a real server again. */
const withOneRowChanged = (postgres: PostgresServer, archive: Buffer): Promise<Buffer> =>
  inScratchDatabase(postgres, archive, async ({ database, where }) => {
    const inside = await postgres.connect(postgres.superuser, database)
    const { rowCount } = await inside.query(
      `UPDATE auth.users SET name = 'Mallory' WHERE id = (SELECT id FROM auth.users ORDER BY id LIMIT 1)`,
    )
    await inside.end()
    if (rowCount !== 1) throw new Error('There is nobody in the backup to forge.')
    const args = ['--format=custom', '--compress=zstd', ...schemas.map((each) => `--schema=${each}`), where]
    return execFileSync(postgresClients().pgDump, args, {
      maxBuffer: 1024 ** 3,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  })

/** Puts other bytes in the place of an object, with the metadata that it had. */
async function replaceObject({ client, bucket }: S3Lab, name: string, bytes: Uint8Array): Promise<void> {
  const { Metadata } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: name }))
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: bytes, Metadata }))
}

/**
 * Replaces a backup in the store by a valid one of almost the same data: same name, dates, counts and checksums. Gives
 * the SHA-256 of the new bundle.
 */
export async function forge(of: {
  store: S3Lab
  postgres: PostgresServer
  object: string
  identity: string
  /** PEM. */
  installationKey: string
}): Promise<string> {
  const { store, object } = of
  const manifestName = object.replace(/\.age$/, '.manifest')
  const signed = Buffer.from(await storedBytes(store, manifestName)).toString('utf8')
  const before = decodeJwt<Manifest>(signed) as Manifest
  const archive = openWithAge(await storedBytes(store, object), of.identity)
  const forged = await withOneRowChanged(of.postgres, archive)
  const bundle = execFileSync(ageTools().age, ['--encrypt', '--recipient', before.recipient], {
    input: forged,
    maxBuffer: 1024 ** 3,
  })
  const manifest = { ...before, bundle: facts(bundle), plaintext: facts(forged) }
  await replaceObject(store, object, bundle)
  const jws = signManifest(manifest, readInstallationKey(of.installationKey))
  await replaceObject(store, manifestName, Buffer.from(jws))
  return manifest.bundle.sha256
}
