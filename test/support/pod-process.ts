/** The pod of a Job as processes: each container finds the files that its mounts say, and nothing else. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type KubeObject } from '../../operator/src/kube/port.ts'
import { ageTools, postgresClients } from './postgres-clients.ts'

interface Items {
  items: { key?: string; path: string; fieldRef?: { fieldPath: string } }[]
}
interface Volume {
  name: string
  secret?: Items & { secretName: string }
  downwardAPI?: Items
  projected?: { sources: { secret?: Items & { name: string }; downwardAPI?: Items }[] }
  persistentVolumeClaim?: { claimName: string }
}
interface Container {
  name: string
  image: string
  args?: string[]
  restartPolicy?: string
  volumeMounts: { name: string; mountPath: string }[]
}
interface Template {
  metadata: { annotations: Record<string, string> }
  spec: { initContainers?: Container[]; containers: Container[]; volumes: Volume[] }
}

export interface PodWorld {
  /** The files of a Secret of the operator's namespace. */
  secret: (name: string) => Record<string, string>
  /** The folder that stands for a claim. */
  claim: (name: string) => string
  /** Where the runtime of this pod listens, instead of 8080. */
  port: number
}

interface Ended {
  name: string
  state: { terminated: { message: string; reason: string; exitCode: number } }
}

const programs = {
  jobs: new URL('../../operator/src/jobs/main.ts', import.meta.url).pathname,
  runtime: new URL('../../runtime/src/main.ts', import.meta.url).pathname,
}

/** Runs it to its end; gives what the kubelet would tell of its containers. */
export async function runPod(
  job: KubeObject,
  world: PodWorld,
): Promise<{ isWell: boolean; statuses: Ended[]; said: string }> {
  const home = mkdtempSync(join(tmpdir(), 'kp-'))
  const { metadata, spec } = (job['spec'] as { template: Template }).template
  const folders = new Map(spec.volumes.map((volume) => [volume.name, fill(volume, metadata, home, world)]))
  const statuses: Ended[] = []
  const beside: ChildProcess[] = []
  let said = ''
  const start = (container: Container) => {
    const root = join(home, 'c', container.name)
    for (const { name, mountPath } of container.volumeMounts) {
      mkdirSync(join(root, dirname(mountPath)), { recursive: true })
      symlinkSync(folders.get(name)!, join(root, mountPath))
    }
    const entry = container.image.startsWith('kiavi/runtime') ? programs.runtime : programs.jobs
    const log = join(home, `${container.name}.termination`)
    const env = { ...environment(root, world), KIAVI_TERMINATION_LOG: log }
    const child = spawn(process.execPath, [entry, ...(container.args ?? [])], { env, stdio: 'pipe' })
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk: Buffer) => (said += `${container.name}: ${chunk.toString('utf8')}`))
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => {
        const message = existsSync(log) ? readFileSync(log, 'utf8') : ''
        const exitCode = code ?? 137
        const reason = exitCode === 0 ? 'Completed' : 'Error'
        resolve({ name: container.name, state: { terminated: { message, reason, exitCode } } })
      })
    })
    return { child, ended }
  }
  const isWell = () => statuses.every(({ state }) => state.terminated.exitCode === 0)
  try {
    for (const container of spec.initContainers ?? []) {
      const { child, ended } = start(container)
      if (container.restartPolicy === 'Always') beside.push(child)
      else statuses.push(await ended)
      if (!isWell()) return { isWell: false, statuses, said }
    }
    statuses.push(...(await Promise.all(spec.containers.map((container) => start(container).ended))))
    return { isWell: isWell(), statuses, said }
  } finally {
    for (const child of beside) child.kill('SIGKILL')
    rmSync(home, { recursive: true, force: true })
  }
}

function fill(
  { name, secret, downwardAPI, projected, persistentVolumeClaim: claim }: Volume,
  { annotations }: Template['metadata'],
  home: string,
  world: PodWorld,
): string {
  if (claim) return world.claim(claim.claimName)
  const folder = join(home, 'v', name)
  mkdirSync(folder, { recursive: true })
  const fromSecret = ({ items }: Items, of: string) => {
    for (const { key = '', path } of items) {
      const text = world.secret(of)[key]
      if (text === undefined) throw new Error(`Secret ${of} has no key ${key}: its pod would never start.`)
      writeFileSync(join(folder, path), text)
    }
  }
  const fromPod = ({ items }: Items) => {
    for (const { path, fieldRef } of items) {
      const annotation = /\['(.+)'\]/.exec(fieldRef?.fieldPath ?? '')?.[1] ?? ''
      const text = (annotations[annotation] ?? '').replaceAll('127.0.0.1:8080', `127.0.0.1:${world.port}`)
      writeFileSync(join(folder, path), text)
    }
  }
  if (secret) fromSecret(secret, secret.secretName)
  if (downwardAPI) fromPod(downwardAPI)
  for (const source of projected?.sources ?? []) {
    if (source.secret) fromSecret(source.secret, source.secret.name)
    if (source.downwardAPI) fromPod(source.downwardAPI)
  }
  return folder
}

function environment(root: string, { port }: PodWorld): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    KIAVI_CONFIG_DIR: join(root, 'etc/kiavi'),
    KIAVI_PIPE_DIR: join(root, 'run/kiavi/pipe'),
    KIAVI_PRIVATE_DIR: join(root, 'run/kiavi/private'),
    KIAVI_SPOOL_DIR: join(root, 'var/lib/kiavi/spool'),
    KIAVI_STORE_DIR: join(root, 'var/lib/kiavi/store'),
    KIAVI_POSTGRES_BIN: dirname(postgresClients().pgDump),
    KIAVI_AGE: ageTools().age,
    KIAVI_LISTEN_HOST: '127.0.0.1',
    KIAVI_HTTP_PORT: String(port),
    KIAVI_METRICS_PORT: '0',
  }
}
