/** Starts the node's own programs in its network namespace. */
import { mkdirSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { command } from '../images/command.ts'
import { type LocalImage } from '../images/local-image.ts'
import { writePrivate } from '../control-plane-files.ts'
import { kubeconfig } from '../kubeconfig.ts'
import { type Authority } from '../pki.ts'
import { type ProcessRecord, type RunningProcess, startProcess, untilReady } from '../process.ts'
import { cniConfig, containerdConfig, kubeletConfig, nodeFiles, proxyConfig } from './configs.ts'
import { inside } from './namespace.ts'
import { findProgram } from './packages.ts'
import { type NodePlan } from './plan.ts'

export interface NodeBinaries {
  containerd: string
  'containerd-shim-runc-v2': string
  ctr: string
  kubelet: string
  'kube-proxy': string
  bridge: string
}

export interface NodeContext {
  plan: NodePlan
  binaries: NodeBinaries
  holder: ProcessRecord
  /** Called with each process as soon as it runs. */
  started: (record: ProcessRecord) => void
}

async function start(context: NodeContext, name: string, program: string, args: readonly string[]) {
  const { plan, binaries, holder } = context
  const [nsenter, ...into] = inside(holder)
  const running = await startProcess({
    name,
    command: nsenter,
    args: [...into, program, ...args],
    env: {
      // containerd looks for its shim on PATH; nft and ip live in sbin.
      PATH: [
        dirname(binaries['containerd-shim-runc-v2']),
        process.env['PATH'] ?? '',
        '/usr/sbin',
        '/sbin',
      ].join(':'),
      // client-go and nft look for a home; nothing is written there.
      HOME: plan.folder,
    },
    cwd: plan.folder,
    logFile: nodeFiles(plan).log(name),
    leashed: false,
  })
  context.started(running.record)
  return running
}

/** ctr in the namespace of Kubernetes' own images. */
export const ctr = (plan: NodePlan, binary: string, args: readonly string[]) =>
  command(binary, ['--address', nodeFiles(plan).containerdSocket, '--namespace', 'k8s.io', ...args])

export async function importImage(plan: NodePlan, binary: string, image: LocalImage): Promise<void> {
  const known = await ctr(plan, binary, ['images', 'list', '--quiet', `name==${image.name}`])
  if (known.trim() === image.name) return
  await ctr(plan, binary, ['images', 'import', '--snapshotter', 'overlayfs', image.archive])
}

export async function startContainerd(context: NodeContext, pauseImage: LocalImage): Promise<RunningProcess> {
  const { plan, binaries } = context
  const files = nodeFiles(plan)
  const runc = await findProgram('runc')
  if (runc === undefined) throw new Error('The node needs runc: apt-get install runc.')
  mkdirSync(plan.runFolder, { recursive: true })
  writePrivate(
    files.containerdConfig,
    containerdConfig(plan, { pauseImage: pauseImage.name, cniFolder: dirname(binaries.bridge), runc }),
  )
  writePrivate(join(files.cniConfig, '10-kiavi.conflist'), cniConfig(plan))
  const containerd = await start(context, 'containerd', binaries.containerd, [
    '--config',
    files.containerdConfig,
  ])
  const answers = () =>
    access(files.containerdSocket)
      .then(() => ctr(plan, binaries.ctr, ['version']))
      .then(
        () => true,
        () => false,
      )
  await untilReady(containerd, answers)
  return containerd
}

export interface KubernetesAccess {
  server: string
  authority: Authority
}

/** The kubelet, kube-proxy and the policy enforcer, each with a credential of its own. */
export async function startKubernetes(
  context: NodeContext,
  { server, authority }: KubernetesAccess,
): Promise<void> {
  const { plan, binaries } = context
  const files = nodeFiles(plan)
  const grant = async (name: string, commonName: string, organizations: string[] = []) => {
    const pair = await authority.issue({ commonName, organizations, usage: 'client' })
    writePrivate(files.kubeconfig(name), kubeconfig(server, authority.cert, pair))
  }
  await grant('kubelet', `system:node:${plan.nodeName}`, ['system:nodes'])
  await grant('kube-proxy', 'system:kube-proxy')
  await grant('network-policy', 'kiavi:network-policy', ['system:masters'])
  const serving = await authority.issue({
    commonName: plan.nodeName,
    dnsNames: [plan.nodeName],
    ips: [plan.nodeAddress],
    usage: 'server',
  })
  writePrivate(files.ca, authority.cert)
  writePrivate(files.cert('kubelet'), serving.cert)
  writePrivate(files.key('kubelet'), serving.key)
  writePrivate(files.resolvConf, '# Pods ask the cluster.\nnameserver 127.0.0.1\n')
  writePrivate(files.kubeletConfig, kubeletConfig(plan))
  writePrivate(files.proxyConfig, proxyConfig(plan))
  await start(context, 'kubelet', binaries.kubelet, [
    `--config=${files.kubeletConfig}`,
    `--kubeconfig=${files.kubeconfig('kubelet')}`,
    `--root-dir=${files.kubeletRoot}`,
    `--cert-dir=${join(files.kubeletRoot, 'pki')}`,
    `--hostname-override=${plan.nodeName}`,
    `--node-ip=${plan.nodeAddress}`,
  ])
  await start(context, 'kube-proxy', binaries['kube-proxy'], [`--config=${files.proxyConfig}`])
  await start(context, 'network-policy', process.execPath, [
    fileURLToPath(new URL('../network-policy/main.ts', import.meta.url)),
    files.kubeconfig('network-policy'),
  ])
}
