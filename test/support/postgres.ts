/**
 * A real PostgreSQL for tests: version 15 or 18, TLS with a CA of its own, passwords over TCP only, an administrator
 * who is no superuser (what a managed database gives). When we are root it runs as an unprivileged user.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import { freePorts } from '../cluster/free-ports.ts'
import { leash } from '../cluster/leash.ts'
import { createAuthority } from '../cluster/pki.ts'
import { type RunningProcess, startProcess, untilReady } from '../cluster/process.ts'
import { postgresBinaries, type PostgresVersion } from './postgres-binaries.ts'
import { hostBasedAccess, serverArgs } from './postgres-config.ts'

export interface PostgresOptions {
  version: PostgresVersion
  /** True unless given: the server then takes no connection without it. */
  tls?: boolean
  /** Addresses to listen on; loopback unless given. The first is `host`. */
  listen?: readonly string[]
  /** More names that its certificate is good for. */
  serverNames?: readonly string[]
  maxConnections?: number
  /** Commits wait for the disk, as in production; false unless given. */
  durable?: boolean
}

export interface PostgresCredentials {
  user: string
  password: string
}

export interface PostgresServer {
  version: PostgresVersion
  host: string
  port: number
  /** PEM; undefined without TLS. */
  ca: string | undefined
  superuser: PostgresCredentials
  /** CREATEDB and CREATEROLE, nothing more. */
  administrator: PostgresCredentials
  logFile: string
  /** Of the postmaster that runs now. */
  pid(): number
  /** A connected client; the caller ends it. */
  connect(credentials: PostgresCredentials, database?: string): Promise<Client>
  /** `fast` cuts every connection and shuts down; `crash` is SIGKILL. The data stay. */
  halt(how: 'fast' | 'crash'): Promise<void>
  /** Starts it again on the same port with the same data. */
  resume(): Promise<void>
  /** Ends it and leaves nothing behind. */
  stop(): Promise<void>
}

interface Owner {
  uid: number
  gid: number
}

/** PostgreSQL refuses to run as root. */
function unprivilegedOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = new Map<string, Owner>()
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name = '', , uid, gid] = line.split(':')
    users.set(name, { uid: Number(uid), gid: Number(gid) })
  }
  const owner = users.get('postgres') ?? users.get('nobody')
  if (owner === undefined)
    throw new Error('PostgreSQL cannot run as root, and there is no user postgres or nobody.')
  return owner
}

const password = () => randomBytes(24).toString('base64url')

export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { version, tls = true, listen = ['127.0.0.1'] } = options
  const host = listen[0] ?? '127.0.0.1'
  const owner = unprivilegedOwner()
  const folder = mkdtempSync(join(tmpdir(), `kiavi-postgres-${version}-`))
  const removal = `rm -rf '${folder}'`
  leash.undo(removal)
  const write = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content, { mode: 0o600 })
    if (owner !== undefined) chownSync(path, owner.uid, owner.gid)
    return path
  }
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
  const binaries = postgresBinaries(version, folder, owner !== undefined)
  const data = join(folder, 'data')
  const logFile = join(folder, 'postgres.log')
  const superuser = { user: 'postgres', password: password() }
  const administrator = { user: 'kiavi_admin', password: password() }

  const passwordFile = write('password', superuser.password)
  const initdb = spawnSync(
    join(binaries, 'initdb'),
    [
      '-D',
      data,
      '-U',
      superuser.user,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ],
    { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] }, ...owner },
  )
  rmSync(passwordFile)
  if (initdb.status !== 0)
    throw new Error(`initdb of PostgreSQL ${version} failed: ${initdb.stderr}`, { cause: initdb.error })
  mkdirSync(join(folder, 'tls'))
  if (owner !== undefined) chownSync(join(folder, 'tls'), owner.uid, owner.gid)
  writeFileSync(join(data, 'pg_hba.conf'), hostBasedAccess(tls))

  const authority = tls ? await createAuthority(`kiavi test PostgreSQL ${version}`) : undefined
  const pair = await authority?.issue({
    commonName: 'postgres',
    dnsNames: ['localhost', ...(options.serverNames ?? [])],
    ips: [...new Set(['127.0.0.1', ...listen])],
    usage: 'server',
  })
  const files =
    pair === undefined
      ? undefined
      : { certFile: write('tls/server.crt', pair.cert), keyFile: write('tls/server.key', pair.key) }
  const [port] = (await freePorts(1, host)) as [number]
  const { maxConnections = 300, durable = false } = options
  const args = serverArgs({ port, listen, tls: files, maxConnections, durable })

  const connect = async (credentials: PostgresCredentials, database = 'postgres') => {
    const client = new Client({
      host,
      port,
      database,
      ...credentials,
      ...(authority === undefined ? {} : { ssl: { ca: authority.cert } }),
    })
    // A cut connection is the caller's to notice at the next query, not an uncaught event.
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const answers = async () => {
    try {
      await (await connect(superuser)).end()
      return true
    } catch {
      return false
    }
  }
  let server: RunningProcess | undefined
  const resume = async () => {
    server = await startProcess({
      name: `postgresql-${version}`,
      command: join(binaries, 'postgres'),
      args: ['-D', data, ...args],
      logFile,
      cwd: folder,
      // Fast shutdown: SIGTERM would wait for every client to leave.
      stopSignal: 'SIGINT',
      leashed: true,
      ...owner,
    })
    await untilReady(server, answers)
  }
  const stop = async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
    leash.forget(removal)
  }
  try {
    await resume()
    const client = await connect(superuser)
    await client.query(
      `CREATE ROLE ${escapeIdentifier(administrator.user)} LOGIN CREATEDB CREATEROLE PASSWORD ${escapeLiteral(administrator.password)}`,
    )
    await client.end()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    version,
    host,
    port,
    ca: authority?.cert,
    superuser,
    administrator,
    logFile,
    pid: () => server?.record.pid ?? 0,
    connect,
    halt: async (how) => {
      if (how === 'crash' && server !== undefined) process.kill(server.record.pid, 'SIGKILL')
      await server?.stop()
    },
    resume,
    stop,
  }
}
