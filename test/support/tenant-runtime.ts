/** The real runtime as a process, on a prepared configuration directory and database. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePorts } from '../cluster/free-ports.ts'
import { type PostgresServer } from './postgres.ts'
import { makeTenantDatabase, type TenantDatabase } from './tenant-database.ts'
import { makeSigningKey, mountKeys, type TestKey } from './tenant-files.ts'

const entry = new URL('../../runtime/src/main.ts', import.meta.url).pathname

export interface TenantFixture {
  folder: string
  /** Also the issuer. */
  url: string
  metricsUrl: string
  rpId: string
  keys: TestKey[]
  database: TenantDatabase
  /** Runs `main.ts migrate`; gives exit code and log lines. */
  migrate(): Promise<{ code: number; lines: Record<string, unknown>[] }>
  /** Starts the server and waits for its readiness. */
  start(env?: Record<string, string>): Promise<RunningRuntime>
  remove(): void
}

export interface RunningRuntime {
  child: ChildProcess
  lines: Record<string, unknown>[]
  /** SIGTERM, and the exit code it ends with. */
  stop(): Promise<number | null>
}

function run(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: Record<string, unknown>[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>)
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, lines, ended }
}

/** Lays out a tenant for a runtime on http://localhost, with a database on the given server: one is made unless given. */
export async function makeTenant(
  server: PostgresServer,
  tenantID: string,
  change: Record<string, unknown> = {},
  given?: TenantDatabase,
): Promise<TenantFixture> {
  const database = given ?? (await makeTenantDatabase(server, tenantID))
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-runtime-'))
  const [http, metrics] = (await freePorts(2, '127.0.0.1')) as [number, number]
  const url = `http://localhost:${http}`
  const keys = [makeSigningKey(), makeSigningKey()]
  for (const part of ['tenant', 'keys', 'database-app', 'database-owner']) mkdirSync(join(folder, part))
  writeFileSync(
    join(folder, 'tenant', 'tenant.json'),
    JSON.stringify({
      tenantID,
      displayName: 'Acme',
      issuer: url,
      passkeys: { rpId: 'localhost', allowedOrigins: [url, 'https://app.localhost'] },
      tokens: { accessTokenSeconds: 600, refreshTokenDays: 30, sessionDays: 30 },
      database: {
        host: server.host,
        port: server.port,
        name: database.name,
        tls: server.ca === undefined ? 'disable' : 'verify-full',
        appRole: database.appRole,
        ownerRole: database.ownerRole,
        poolSize: 4,
      },
      trustedProxies: [],
      ...change,
    }),
  )
  if (server.ca !== undefined) writeFileSync(join(folder, 'tenant', 'database-ca.crt'), server.ca)
  writeFileSync(join(folder, 'database-app', 'password'), database.passwords.app)
  writeFileSync(join(folder, 'database-owner', 'password'), database.passwords.owner)
  mountKeys(join(folder, 'keys'), keys)
  const settings = {
    KIAVI_CONFIG_DIR: folder,
    KIAVI_LISTEN_HOST: '127.0.0.1',
    KIAVI_HTTP_PORT: String(http),
    KIAVI_METRICS_PORT: String(metrics),
    KIAVI_DRAIN_SECONDS: '0',
  }
  const metricsUrl = `http://127.0.0.1:${metrics}`
  return {
    folder,
    url,
    metricsUrl,
    rpId: 'localhost',
    keys,
    database,
    migrate: async () => {
      const { lines, ended } = run(['migrate'], settings)
      return { code: (await ended) ?? -1, lines }
    },
    start: async (env = {}) => {
      const { child, lines, ended } = run([], { ...settings, ...env })
      const answers = () =>
        fetch(`${metricsUrl}/readyz`).then(
          (response) => response.ok,
          () => false,
        )
      const deadline = Date.now() + 30_000
      while (!(await answers())) {
        if (child.exitCode !== null || Date.now() > deadline) {
          child.kill('SIGKILL')
          throw new Error(`The runtime did not become ready: ${JSON.stringify(lines)}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return {
        child,
        lines,
        stop: () => {
          child.kill('SIGTERM')
          return ended
        },
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
