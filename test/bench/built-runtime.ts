/** The runtime as its image runs it: the bundle, with the flags of the image's entrypoint. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePorts } from '../cluster/free-ports.ts'
import { leash } from '../cluster/leash.ts'
import { startProcess, untilReady } from '../cluster/process.ts'
import { core, onCore } from './pinning.ts'

const workspace = join(import.meta.dirname, '../../runtime')
const main = join(workspace, 'dist/main.js')

/** Bundles it from the source that lies here now. */
export async function buildRuntime(): Promise<void> {
  await promisify(execFile)(process.execPath, ['build.ts'], { cwd: workspace })
}

/** What stands between the program and the script in `ENTRYPOINT [...]`. */
export function entrypointFlags(dockerfile: string): string[] {
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1]
  if (entrypoint === undefined) throw new Error('The Dockerfile has no ENTRYPOINT in its JSON form.')
  return (JSON.parse(entrypoint) as string[]).filter((part) => part.startsWith('--'))
}

export const runtimeFlags = () => entrypointFlags(readFileSync(join(workspace, 'Dockerfile'), 'utf8'))

export interface ServingProcess {
  url: string
  pid: number
  /** SIGTERM, and what it wrote is thrown away. */
  stop(): Promise<void>
}

interface Program {
  name: string
  /** The script with its arguments. */
  args: readonly string[]
  env: Record<string, string>
  /** Where the service and the probes listen. */
  ports: { http: number; ready: string }
}

/** Starts a Node program on the server's core, with the flags of the image. */
export async function startServing({ name, args, env, ports }: Program): Promise<ServingProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-bench-'))
  const removal = `rm -rf '${folder}'`
  leash.undo(removal)
  const running = await startProcess({
    name,
    ...onCore(core.server, process.execPath, [...runtimeFlags(), ...args]),
    env: { NODE_ENV: 'production', ...env },
    logFile: join(folder, 'log'),
    leashed: true,
  })
  const stop = async () => {
    await running.stop()
    rmSync(folder, { recursive: true, force: true })
    leash.forget(removal)
  }
  const answers = () => fetch(ports.ready).then(({ ok }) => ok, () => false) // prettier-ignore
  await untilReady(running, answers).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { url: `http://127.0.0.1:${ports.http}`, pid: running.record.pid, stop }
}

/** Starts the bundle on a tenant's configuration directory. */
export async function startRuntime(configDir: string): Promise<ServingProcess> {
  const [http = 0, metrics = 0] = await freePorts(2, '127.0.0.1')
  return startServing({
    name: 'runtime',
    args: [main],
    env: {
      KIAVI_CONFIG_DIR: configDir,
      KIAVI_LISTEN_HOST: '127.0.0.1',
      KIAVI_HTTP_PORT: String(http),
      KIAVI_METRICS_PORT: String(metrics),
      KIAVI_DRAIN_SECONDS: '0',
    },
    ports: { http, ready: `http://127.0.0.1:${metrics}/readyz` },
  })
}
