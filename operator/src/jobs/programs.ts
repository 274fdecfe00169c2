import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { parseKeepDocument } from '../backups/keep-document.ts'
import {
  expectedOf,
  parseBackupDocument,
  parseFindDocument,
  parseProbeDocument,
  parseReplayDocument,
  parseRestoreDocument,
} from '../backups/documents.ts'
import { readInstallationKey, readInstallationKeys } from '../backups/installation-key.ts'
import { type Manifest } from '../backups/manifest.ts'
import { parseSweepDocument } from '../backups/sweep-document.ts'
import { type JobConfig } from './config.ts'
import { type JobIO } from './job.ts'
import { mountedFile, readIfMounted, readMounted } from './mounted.ts'
import { openStore } from './open-store.ts'
import { type JobFacts } from './report.ts'

type Program = (config: JobConfig, io: JobIO) => Promise<JobFacts>

type ProgramName =
  'dump' | 'store' | 'find' | 'fetch' | 'load' | 'replay' | 'key' | 'probe' | 'keep' | 'sweep'

/** The programs of the backup image, by the container's first argument. */
export const programs: Record<ProgramName, Program> = {
  async dump(config, io) {
    const { mounted, socket, tools } = config
    const document = parseBackupDocument(await readMounted(mounted, 'job'))
    const installationKey = readInstallationKey(await readMounted(mounted, 'installationKey'))
    const { dump } = await import('./backup/dump.ts')
    const { backup: name, reason, recipient } = document
    const database = await databaseOf(mounted, document.database)
    const manifest = await dump(
      {
        ...database,
        ...{ name, reason, recipient, installationKey, tools, socket },
        peerWaitMs: waitMs(document),
      },
      io,
    )
    return backupFacts(manifest)
  },
  async store(config, io) {
    const document = parseBackupDocument(await readMounted(config.mounted, 'job'))
    const keys = readInstallationKeys(document.installationKeys)
    const { storeBundle } = await import('./backup/store.ts')
    const store = await openStore(document.store, config)
    const { socket } = config
    const order = { name: document.backup, keys, socket, peerWaitMs: waitMs(document) }
    const { manifest, bundle, signed } = await storeBundle(order, store, io)
    return {
      ...backupFacts(manifest),
      version: bundle.version,
      storedAt: bundle.storedAt.toISOString(),
      manifestVersion: signed.version,
    }
  },
  async find(config, io) {
    const { folder, sequence, store: place } = parseFindDocument(await readMounted(config.mounted, 'job'))
    const { findBackups } = await import('./restore/find.ts')
    const store = await openStore(place, config)
    return { ...(await findBackups({ folder, sequence }, store, io)) }
  },
  async fetch(config, io) {
    const document = parseRestoreDocument(await readMounted(config.mounted, 'job'))
    const keys = readInstallationKeys(document.installationKeys)
    const { fetchBundle } = await import('./restore/fetch.ts')
    const store = await openStore(document.store, config)
    const { socket } = config
    const order = { expected: expectedOf(document), keys, socket, peerWaitMs: waitMs(document) }
    return backupFacts(await fetchBundle(order, store, io))
  },
  async load(config, io) {
    const { mounted, socket, tools, spoolFolder } = config
    const document = parseRestoreDocument(await readMounted(mounted, 'job'))
    const keys = readInstallationKeys(document.installationKeys)
    const { load } = await import('./restore/load.ts')
    const database = await databaseOf(mounted, document.database)
    const { newestSchemaVersion } = document
    const identityFile = join(mounted, mountedFile.identity)
    const { manifest, seconds } = await load(
      {
        ...database,
        ...{ expected: expectedOf(document), keys, newestSchemaVersion, identityFile },
        ...{ tools, spoolFolder, socket, peerWaitMs: waitMs(document) },
      },
      io,
    )
    const [fetchSeconds, fillSeconds, checkSeconds] = [seconds.fetch, seconds.fill, seconds.check]
    return { ...backupFacts(manifest), fetchSeconds, fillSeconds, checkSeconds }
  },
  async sweep(config, { signal, now }) {
    const document = parseSweepDocument(await readMounted(config.mounted, 'job'))
    const keys = readInstallationKeys(document.installationKeys)
    const { sweepStore } = await import('./sweep/sweep-store.ts')
    // A clock that is ahead, be it the operator's or this node's, takes nothing away before its time.
    const order = { ...document, keys, now: now() < document.now ? now() : document.now }
    return await sweepStore(order, await openStore(document.store, config), signal)
  },
  async replay({ mounted }, io) {
    const document = parseReplayDocument(await readMounted(mounted, 'job'))
    const { readJournal } = await import('./replay/read-journal.ts')
    const { replay } = await import('./replay/replay.ts')
    const [place, journal] = await Promise.all([databaseOf(mounted, document.database), readJournal(mounted)])
    return { sequence: document.backup.sequence, ...(await replay({ ...place, journal }, io)) }
  },
  async key({ privateFolder }) {
    const { makeDrillKey } = await import('./restore/drill-key.ts')
    return makeDrillKey(privateFolder)
  },
  async probe({ mounted }, { signal, now }) {
    const document = parseProbeDocument(await readMounted(mounted, 'job'))
    const { probe } = await import('./drill/probe.ts')
    return { ...(await probe(document, { signal, now, random: randomBytes })) }
  },
  async keep(config, { signal }) {
    const document = parseKeepDocument(await readMounted(config.mounted, 'job'))
    const { keep } = await import('./keep/keep.ts')
    const store = await openStore({ kind: 'volume', prefix: '' }, config)
    const { name, number, version } = await keep(document, config.mounted, store, signal)
    return { name, number, version }
  },
}

const waitMs = ({ peerWaitSeconds }: { peerWaitSeconds: number }) => peerWaitSeconds * 1000

/** What the operator notes of a backup. The tables are in the manifest: there is no room for them here. */
function backupFacts(manifest: Manifest): JobFacts {
  const { object, sequence, startedAt, completedAt, expiresAt, schemaVersion, bundle, users, tables } =
    manifest
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  return {
    ...{ object, sequence, startedAt, completedAt, expiresAt, schemaVersion, users },
    ...{ bytes: bundle.bytes, sha256: bundle.sha256, plaintextBytes: manifest.plaintext.bytes },
    ...{ tables: tables.length, rows },
  }
}

interface DatabasePlace {
  host: string
  port: number
  tls: 'verify-full' | 'disable'
  name: string
  username: string
}

async function databaseOf(mounted: string, { host, port, tls, name, username }: DatabasePlace) {
  const ca = tls === 'disable' ? undefined : await readIfMounted(mounted, 'databaseCa')
  return {
    server: { host, port, tls, ...(ca === undefined ? {} : { ca }) },
    caFile: ca === undefined ? undefined : join(mounted, mountedFile.databaseCa),
    database: name,
    username,
    password: await readMounted(mounted, 'databasePassword'),
  }
}
