import { type KeyObject } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { judgeDumpClient, parseClientVersion } from '../../backups/client-version.ts'
import { JobError } from '../../backups/errors.ts'
import { type Manifest, type TableFacts, manifestOf } from '../../backups/manifest.ts'
import { type BackupName, bundleName, wholeSeconds } from '../../backups/object-name.ts'
import { signManifest } from '../../backups/sign-manifest.ts'
import { type DatabaseServer } from '../../providers/database/port.ts'
import { longSession } from '../../providers/database/long-session.ts'
import { checkTables, readServerVersion } from '../check-tables.ts'
import { conninfo, passwordFile } from '../conninfo.ts'
import { feedAll } from '../feed.ts'
import { type JobIO, type PeerPlace } from '../job.ts'
import { createMeter } from '../meter.ts'
import { goToPeer } from '../peer.ts'
import { type FrameSender, frameSender } from '../send-frames.ts'
import { startTool, toolOutput } from '../start-tool.ts'
import { together } from '../together.ts'
import { dumpedTable, pgDumpArgs } from './pg-dump-args.ts'
import { type Snapshot, openSnapshot } from './snapshot.ts'

export interface DumpOrder extends PeerPlace {
  name: BackupName
  reason: Manifest['reason']
  /** An age recipient. Nothing here can decrypt what it encrypts. */
  recipient: string
  server: Omit<DatabaseServer, 'username' | 'password' | 'maintenanceDatabase'>
  caFile: string | undefined
  database: string
  /** The role that reads everything and changes nothing. */
  username: string
  password: string
  installationKey: KeyObject
  /** Where the programs lie. */
  tools: { pgDump: string; age: string }
}

/**
 * Dumps a tenant's database into the pipe, encrypted, with the signed manifest behind it. Knows no store. Counts and
 * checksums are of the very moment that pg_dump sees.
 */
export async function dump(order: DumpOrder, io: JobIO): Promise<Manifest> {
  const { signal } = io
  const { pgDump } = order.tools
  const socket = await goToPeer({ path: order.socket, signal, waitMs: order.peerWaitMs })
  const sender = frameSender(socket, signal)
  try {
    const client = parseClientVersion(
      await toolOutput({ name: 'pg_dump', path: pgDump, args: ['--version'], signal }),
    )
    const server = { ...order.server, username: order.username, password: order.password }
    const purpose = { doing: 'Dumping the database', applicationName: 'kiavi-backup', signal }
    const manifest = await longSession(server, order, purpose, async (session) => {
      judgeDumpClient(client, await readServerVersion(session))
      const snapshot = await openSnapshot(session)
      await sender.send(hello(order.name, snapshot))
      const checksums = () => checkTables(session, snapshot.tables, (table) => io.progress({ table }))
      const { tables, ...streams } = await encrypted(order, snapshot, { client, sender, checksums }, io)
      return manifestOf({
        ...facts(order, snapshot, io.now()),
        ...streams,
        tables,
        postgresql: { server: snapshot.serverVersion, pgDump: client.text },
      })
    })
    await sender.send({ kind: 'manifest', text: signManifest(manifest, order.installationKey) })
    await sender.end()
    return manifest
  } catch (error) {
    await sender.fail(error instanceof Error ? error.message : 'The dump failed.')
    throw error
  }
}

interface Parts {
  client: ReturnType<typeof parseClientVersion>
  sender: FrameSender
  checksums: () => Promise<TableFacts[]>
}

/** pg_dump | age | the pipe, and the counting beside it. */
async function encrypted(
  order: DumpOrder,
  snapshot: Snapshot,
  { client, sender, checksums }: Parts,
  io: JobIO,
) {
  const passfile = join(io.privateFolder, 'pgpass')
  await writeFile(passfile, passwordFile(order.password), { mode: 0o600 })
  const { host, port, tls } = order.server
  const where = conninfo({ ...order, host, port, tls, passwordFile: passfile })
  const dumped = new Set<string>()
  const said = (line: string) => {
    const table = dumpedTable(line)
    if (table === undefined) return
    dumped.add(table)
    io.progress({ table })
  }
  const plaintext = createMeter()
  const bundle = createMeter((bytes) => io.progress({ bytes }))
  let tables: TableFacts[] = []
  await together(io.signal, (signal) => {
    const age = startTool({
      name: 'age',
      path: order.tools.age,
      args: ['--encrypt', '--recipient', order.recipient],
      signal,
    })
    const pgDump = startTool({
      name: 'pg_dump',
      path: order.tools.pgDump,
      args: pgDumpArgs(client, snapshot.id, where),
      signal,
      said,
    })
    return [
      async () => {
        for await (const bytes of bundle.through(age.stdout)) await sender.send({ kind: 'data', bytes })
      },
      () => age.done,
      () => pgDump.done,
      async () => {
        tables = await checksums()
      },
      () => feedAll(plaintext.through(pgDump.stdout), age.stdin, 'age'),
    ]
  })
  judgeDumped(plaintext.bytes(), snapshot, dumped)
  return { tables, plaintext: plaintext.total(), bundle: bundle.total() }
}

/** A pg_dump that ended well and wrote nothing is the worst backup of all: nobody looks at it. */
function judgeDumped(bytes: number, { tables }: Snapshot, dumped: ReadonlySet<string>): void {
  const left = tables.map(({ schema, name }) => `${schema}.${name}`).filter((table) => !dumped.has(table))
  if (bytes > 0 && tables.length > 0 && left.length === 0) return
  const what =
    tables.length === 0
      ? 'The database has no tables'
      : bytes === 0
        ? 'pg_dump wrote nothing'
        : `pg_dump left out ${left.slice(0, 3).join(', ')}`
  throw new JobError(
    'DUMP_EMPTY',
    `${what}, and ended as if all were well. Check that the backup image holds PostgreSQL's own pg_dump, and that the tenant's database was migrated.`,
  )
}

function hello(name: BackupName, { databaseBytes }: Snapshot) {
  return {
    kind: 'hello',
    text: JSON.stringify({ object: bundleName(name), expectedBytes: databaseBytes }),
  } as const
}

function facts({ name, reason, recipient }: DumpOrder, { schemaVersion }: Snapshot, now: Date) {
  const { installationID, tenantID, sequence, startedAt, expiresAt } = name
  // This node's clock may be behind the one that chose when to start.
  const done = new Date(Math.max(startedAt.getTime(), Math.floor(now.getTime() / 1000) * 1000))
  return {
    ...{ installationID, tenantID, sequence, reason, recipient, schemaVersion },
    startedAt: wholeSeconds(startedAt),
    completedAt: wholeSeconds(done),
    expiresAt: wholeSeconds(expiresAt),
  }
}
