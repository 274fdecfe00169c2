import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { judgeTarget, parseClientVersion } from '../../backups/client-version.ts'
import { JobError } from '../../backups/errors.ts'
import { readFrames } from '../../backups/frames.ts'
import { type InstallationKeys } from '../../backups/installation-key.ts'
import { type ExpectedBackup, judgeManifest } from '../../backups/judge-manifest.ts'
import { type Manifest } from '../../backups/manifest.ts'
import { tableDifferences, textSettings } from '../../backups/table-checksum.ts'
import { verifyManifest } from '../../backups/verify-manifest.ts'
import { type Session } from '../../providers/database/connections.ts'
import { longSession } from '../../providers/database/long-session.ts'
import { type DatabaseServer } from '../../providers/database/port.ts'
import { checkTables, readServerVersion, readTables } from '../check-tables.ts'
import { conninfo, passwordFile } from '../conninfo.ts'
import { type JobIO, type PeerPlace } from '../job.ts'
import { awaitPeer } from '../peer.ts'
import { nextFrame, readHello } from '../read-hello.ts'
import { toolOutput } from '../start-tool.ts'
import { type ArchiveTools, decryptSpec, readArchive } from './archive.ts'
import { contentsToRestore } from './contents.ts'
import { judgeEmpty } from './empty.ts'
import { fill } from './fill.ts'
import { spoolBundle } from './spool.ts'

export interface LoadOrder extends PeerPlace {
  expected: ExpectedBackup
  keys: InstallationKeys
  /** The file with the age identity that opens the tenant's backups. */
  identityFile: string
  server: Omit<DatabaseServer, 'username' | 'password' | 'maintenanceDatabase'>
  caFile: string | undefined
  /** The database to fill: prepared by the operator, and empty. */
  database: string
  /** The role that will own what is made. */
  username: string
  password: string
  /** What the tenant's runtime has migrations for. */
  newestSchemaVersion: number
  tools: ArchiveTools & { psql: string }
  /** A folder on disk with room for the bundle. It holds ciphertext only. */
  spoolFolder: string
}

export interface Loaded {
  manifest: Manifest
  /** Of which: waiting for the bundle and checking it; filling the database; counting what is in it. */
  seconds: { fetch: number; fill: number; check: number }
}

/**
 * Fills an empty database from the pipe. It trusts nobody: the manifest's signature, whose backup it is, the whole
 * bundle and what comes out of it are checked here, before the target is touched. What is in the database afterwards is
 * counted and held against the manifest.
 */
export async function load(order: LoadOrder, io: JobIO): Promise<Loaded> {
  const { signal } = io
  const begun = io.now().getTime()
  const socket = await awaitPeer({ path: order.socket, signal, waitMs: order.peerWaitMs })
  const cut = () => socket.destroy()
  signal.addEventListener('abort', cut, { once: true })
  const bundle = join(order.spoolFolder, 'bundle.age')
  const inTarget = <T>(work: (session: Session) => Promise<T>) => {
    const server = { ...order.server, username: order.username, password: order.password }
    return longSession(
      server,
      order,
      { doing: 'Restoring the database', applicationName: 'kiavi-restore', signal },
      work,
    )
  }
  try {
    const client = parseClientVersion(
      await toolOutput({ name: 'pg_restore', path: order.tools.pgRestore, args: ['--version'], signal }),
    )
    const frames = readFrames(socket)
    await readHello(frames, order.expected.object)
    const manifest = verifyManifest((await nextFrame(frames, 'manifest')).text, order.keys)
    judgeManifest(manifest, order.expected, io.now())
    const serverVersion = await inTarget(async (session) => {
      await judgeEmpty(session, order.database)
      return readServerVersion(session)
    })
    judgeTarget(manifest, { ...order, pgRestore: client, serverVersion })
    await spoolBundle(bundle, manifest, frames, io)
    const contents = await readArchive({ ...order, bundle }, manifest, signal)
    const listFile = join(io.privateFolder, 'contents')
    await writeFile(listFile, contentsToRestore(contents, manifest), { mode: 0o600 })
    const fetched = io.now().getTime()

    const passfile = join(io.privateFolder, 'pgpass')
    await writeFile(passfile, passwordFile(order.password), { mode: 0o600 })
    const { host, port, tls } = order.server
    const place = { ...order.tools, client, serverVersion, listFile }
    const where = conninfo({ ...order, host, port, tls, passwordFile: passfile })
    await fill(
      { ...place, conninfo: where },
      decryptSpec(order.tools.age, order.identityFile, bundle),
      signal,
    )
    const filled = io.now().getTime()

    await inTarget((session) => check(session, manifest, io))
    const seconds = (from: number, to: number) => (to - from) / 1000
    return {
      manifest,
      seconds: {
        fetch: seconds(begun, fetched),
        fill: seconds(fetched, filled),
        check: seconds(filled, io.now().getTime()),
      },
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', cut)
    socket.destroy()
    await rm(bundle, { force: true })
  }
}

/** What is there now is what was there then; and the server knows its shape, so that the first request is not the slow one. */
async function check(session: Session, { tables }: Manifest, io: JobIO): Promise<void> {
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  for (const setting of textSettings) await session.query(setting)
  const found = await checkTables(session, await readTables(session), (table) => io.progress({ table }))
  await session.query('COMMIT')
  const differences = tableDifferences(tables, found)
  if (differences.length > 0) {
    const more = differences.length > 5 ? `; and ${String(differences.length - 5)} more` : ''
    throw new JobError(
      'RESTORE_DIFFERS',
      `What was restored is not what was backed up (${differences.slice(0, 5).join('; ')}${more}). Nothing may use this database; restore another backup.`,
    )
  }
  await session.query('ANALYZE')
}
