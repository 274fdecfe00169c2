/**
 * A real control plane on this machine: etcd, kube-apiserver with RBAC, Pod Security and an audit log,
 * kube-controller-manager with all its controllers, kube-scheduler where asked. Needs no root.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries } from './binaries.ts'
import { type Component, componentArgs, type ControlPlaneSettings, layout } from './control-plane-args.ts'
import { writeControlPlaneFiles, writePrivate } from './control-plane-files.ts'
import { freePorts } from './free-ports.ts'
import { type Identity, issueCredential } from './identity.ts'
import { connect, type KubeClient } from './kube-client.ts'
import { kubeconfig } from './kubeconfig.ts'
import { leash } from './leash.ts'
import { type Authority, type KeyPair } from './pki.ts'
import { type ProcessRecord, type RunningProcess, startProcess, untilReady } from './process.ts'
import { type Progress, toStderr } from './progress.ts'

export interface ControlPlaneOptions {
  /** Holds everything: certificates, data, logs. A fresh temporary one, removed by `stop`, unless given. */
  folder?: string
  /** What the API server binds; 127.0.0.1 unless given. */
  address?: string
  /** A free one unless given. */
  port?: number
  /** 10.96.0.0/16 unless given. */
  serviceCidr?: string
  /** Given: nodes get their pod ranges from it. */
  podCidr?: string
  /** Runs kube-scheduler too. */
  scheduler?: boolean
  /** False: it outlives this process (`npm run cluster -- up`). */
  leashed?: boolean
  extraServerNames?: readonly string[]
  extraArgs?: Partial<Record<Component, readonly string[]>>
  /** Told of each process as soon as it runs, so that a run that dies halfway can be ended by a later one. */
  started?: (record: ProcessRecord) => void
  progress?: Progress
}

export interface ControlPlane {
  folder: string
  server: string
  /** PEM. */
  ca: string
  authority: Authority
  /** The cluster-admin's client certificate. */
  admin: KeyPair
  /** Path of the cluster-admin's kubeconfig. */
  kubeconfig: string
  /** JSON lines, one per request, bodies never. */
  auditLog: string
  /** As cluster-admin. */
  client: KubeClient
  processes(): ProcessRecord[]
  /** Path of a kubeconfig: by TokenRequest for a ServiceAccount, by client certificate for anybody else. */
  kubeconfigFor(identity: Identity): Promise<string>
  clientFor(identity: Identity): Promise<KubeClient>
  /** Runs kubectl as cluster-admin; throws with its words when it fails. Returns stdout. */
  kubectl(args: readonly string[], stdin?: string): Promise<string>
  /** Ends a component and starts it again; what happens to its data in between is the caller's to do. */
  restart(component: Component, between?: () => Promise<void> | void): Promise<void>
  /** Ends everything and leaves nothing behind. */
  stop(): Promise<void>
}

/** An API server lingers over its open watches, and loses nothing when it is ended: what it said is in etcd. */
const graceMs = (component: Component) => (component === 'kube-apiserver' ? 1_000 : 5_000)

const quoted = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`

async function waitFor(what: string, isSo: () => Promise<boolean>, limitMs = 30_000): Promise<void> {
  const deadline = Date.now() + limitMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${limitMs / 1000} s.`)
    await sleep(50)
  }
}

export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const progress = options.progress ?? toStderr
  const leashed = options.leashed ?? true
  const address = options.address ?? '127.0.0.1'
  const names = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'] as const
  const binaries = await findBinaries(names, { progress })
  const started = Date.now()
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'kiavi-control-plane-'))
  const removal = `rm -rf ${quoted(folder)}`
  if (leashed && options.folder === undefined) leash.undo(removal)

  const [etcdPort, etcdPeerPort] = (await freePorts(2)) as [number, number]
  const port = options.port ?? (await freePorts(1, address))[0]!
  const settings: ControlPlaneSettings = {
    folder,
    address,
    port,
    etcdPort,
    etcdPeerPort,
    serviceCidr: options.serviceCidr ?? '10.96.0.0/16',
    ...(options.podCidr === undefined ? {} : { podCidr: options.podCidr }),
  }
  const files = layout(folder)
  const { authority, admin, server } = await writeControlPlaneFiles(settings, options.extraServerNames)
  const client = connect(server, authority.cert, admin)
  const running = new Map<Component, RunningProcess>()
  const clients: KubeClient[] = [client]

  const isReady: Record<Component, () => Promise<boolean>> = {
    etcd: () => Promise.resolve(true),
    'kube-apiserver': async () => (await client.probe('/readyz'))?.status === 200,
    // It has begun its work when the default namespace has its service account.
    'kube-controller-manager': async () =>
      (await client.find('/api/v1/namespaces/default/serviceaccounts/default')) !== undefined,
    'kube-scheduler': () => Promise.resolve(true),
  }
  const start = async (component: Component) => {
    const child = await startProcess({
      name: component,
      command: binaries[component],
      args: [...componentArgs(component, settings), ...(options.extraArgs?.[component] ?? [])],
      logFile: files.log(component),
      cwd: folder,
      leashed,
    })
    running.set(component, child)
    options.started?.(child.record)
    return child
  }
  const startAll = async () => {
    await start('etcd')
    await untilReady(await start('kube-apiserver'), isReady['kube-apiserver'], 60_000)
    if (options.scheduler === true) await start('kube-scheduler')
    await untilReady(await start('kube-controller-manager'), isReady['kube-controller-manager'])
  }
  const stop = async () => {
    await Promise.all(clients.map((each) => each.close()))
    // etcd last: an API server without it lingers over its shutdown.
    for (const component of ['kube-controller-manager', 'kube-scheduler', 'kube-apiserver', 'etcd'] as const)
      await running.get(component)?.stop(graceMs(component))
    if (options.folder !== undefined) return
    rmSync(folder, { recursive: true, force: true })
    if (leashed) leash.forget(removal)
  }
  try {
    await startAll()
  } catch (error) {
    await stop()
    throw error
  }
  progress(`control plane ready after ${((Date.now() - started) / 1000).toFixed(1)} s at ${server}`)

  const credentialFor = (identity: Identity) => issueCredential(client, authority, identity)
  let issued = 0
  return {
    folder,
    server,
    ca: authority.cert,
    authority,
    admin,
    kubeconfig: files.kubeconfig('admin'),
    auditLog: files.auditLog,
    client,
    processes: () => [...running.values()].map((each) => each.record),
    kubeconfigFor: async (identity) => {
      const path = files.kubeconfig(`issued-${++issued}`)
      writePrivate(path, kubeconfig(server, authority.cert, await credentialFor(identity)))
      return path
    },
    clientFor: async (identity) => {
      const other = connect(server, authority.cert, await credentialFor(identity))
      clients.push(other)
      return other
    },
    kubectl: (args, stdin) => runKubectl(binaries.kubectl, files.kubeconfig('admin'), args, stdin),
    restart: async (component, between) => {
      await running.get(component)?.stop(graceMs(component))
      await between?.()
      const child = await start(component)
      await untilReady(child, isReady[component], 60_000)
      if (component === 'etcd') await waitFor('The API server reaching etcd', isReady['kube-apiserver'])
    },
    stop,
  }
}

async function runKubectl(
  kubectl: string,
  config: string,
  args: readonly string[],
  stdin?: string,
): Promise<string> {
  const child = spawn(kubectl, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], KUBECONFIG: config, HOME: join(config, '..') },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.end(stdin ?? '')
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`)
  return stdout
}
