/** A bundle as a person opens it who has the age tool and a key: no code of the product's. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ageTools } from '../postgres-clients.ts'
import { type PostgresServer } from '../postgres.ts'
import { type Content, contentOf } from './crowd.ts'
import { inScratchDatabase } from './scratch.ts'

/** What comes out; throws with what age says where the key does not fit. */
export function openWithAge(bundle: Uint8Array, identity: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-opened-'))
  try {
    const [key, file] = [join(folder, 'identity'), join(folder, 'bundle.age')]
    writeFileSync(key, `${identity}\n`, { mode: 0o600 })
    writeFileSync(file, bundle)
    return execFileSync(ageTools().age, ['--decrypt', '--identity', key, file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1024 ** 3,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is in an archive, by a server's own count. */
export const contentOfArchive = (postgres: PostgresServer, archive: Buffer): Promise<Content> =>
  inScratchDatabase(postgres, archive, ({ database }) => contentOf(postgres, database))
