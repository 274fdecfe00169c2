/** Brings a node cluster up: a real control plane, and one real node with real pods. Root on Linux only. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries } from '../binaries.ts'
import { layout } from '../control-plane-args.ts'
import { startControlPlane } from '../control-plane.ts'
import { cacheFolder, clusterFolder } from '../folders.ts'
import { command } from '../images/command.ts'
import { pauseImage } from '../images/pause.ts'
import { isAlive, logTail } from '../process.ts'
import { type Progress, toStderr } from '../progress.ts'
import { createCgroup } from './cgroup.ts'
import { claim, holds, release } from './claim.ts'
import { nodeFiles } from './configs.ts'
import { corednsImage, corednsObjects } from './coredns.ts'
import { endNode } from './down.ts'
import { connectNamespace, holdNamespace } from './namespace.ts'
import { installPackages } from './packages.ts'
import { type NodePlan, planNode } from './plan.ts'
import { type NodeContext, importImage, startContainerd, startKubernetes } from './start-node.ts'
import { type NodeState, loadState, saveState } from './state.ts'
import { systemFolders } from './traces.ts'

export interface UpOptions {
  name?: string
  progress?: Progress
}

/** Why no node can run here; undefined when it can. */
export function whyNoNode(platform = process.platform, uid = process.getuid?.()): string | undefined {
  if (platform !== 'linux') return `pods need Linux, and this is ${platform}`
  if (uid !== 0) return 'a node needs root: it makes namespaces, mounts and links'
  return undefined
}

const since = (began: number) => `${((Date.now() - began) / 1000).toFixed(1)} s`

export const nodeKubeconfig = (folder: string) => layout(folder).kubeconfig('admin')

async function isUp(state: NodeState): Promise<boolean> {
  if (!state.ready || !state.processes.every(isAlive)) return false
  const { kubectl } = await findBinaries(['kubectl'])
  const ready = ['wait', '--for=condition=Ready', `node/${state.plan.nodeName}`, '--timeout=10s']
  return command(kubectl, ['--kubeconfig', nodeKubeconfig(state.plan.folder), ...ready]).then(
    () => true,
    () => false,
  )
}

/** Whether the cluster of that name is up and its node Ready. */
export async function isNodeUp(name: string): Promise<boolean> {
  const state = loadState(clusterFolder(name))
  return state !== undefined && (await isUp(state))
}

/** The cluster of that name: the one that is up, or a fresh one. What a crashed run left of it is ended first. */
export async function upNode({ name = 'default', progress = toStderr }: UpOptions = {}): Promise<NodePlan> {
  const reason = whyNoNode()
  if (reason !== undefined) throw new Error(`No node on this machine: ${reason}.`)
  const folder = clusterFolder(name)
  const before = loadState(folder)
  if (before !== undefined) {
    if (await isUp(before)) {
      progress(`cluster ${name} is up already`)
      return before.plan
    }
    progress(`cluster ${name}: ending what an earlier run left ...`)
    await endNode(before, progress)
  }
  await installPackages(progress)
  const names = [
    ...(['containerd', 'containerd-shim-runc-v2', 'ctr', 'kubelet', 'kube-proxy', 'bridge'] as const),
    ...(['host-local', 'loopback', 'portmap', 'coredns', 'kubectl'] as const),
  ]
  const binaries = await findBinaries(names, { progress })
  const cache = cacheFolder()
  const images = { pause: await pauseImage(cache), coredns: await corednsImage(cache, binaries.coredns) }
  const began = Date.now()
  const plan = planNode(name, claim(name, folder), folder)
  const madeFolders = systemFolders.filter((path) => !existsSync(path))
  const state: NodeState = { plan, ready: false, processes: [], madeFolders }
  const started: NodeContext['started'] = (record) => {
    state.processes.push(record)
    saveState(state)
  }
  saveState(state)
  try {
    mkdirSync(dirname(nodeFiles(plan).log('any')), { recursive: true })
    const holder = await holdNamespace(nodeFiles(plan).log('network-namespace'), folder)
    started(holder.record)
    await connectNamespace(plan, holder.record)
    createCgroup(plan.cgroup)
    const context: NodeContext = { plan, binaries, holder: holder.record, started }
    const containerd = startContainerd(context, images.pause).then(async () => {
      for (const image of Object.values(images)) await importImage(plan, binaries.ctr, image)
      progress(`containerd ready with its first images after ${since(began)}`)
    })
    const control = await startControlPlane({
      folder,
      address: plan.hostAddress,
      port: 6443,
      serviceCidr: plan.serviceCidr,
      scheduler: true,
      leashed: false,
      progress,
    })
    for (const record of control.processes()) started(record)
    await containerd
    await startKubernetes(context, control)
    const objects = corednsObjects(images.coredns.name, plan.dnsAddress)
    await control.kubectl(
      ['apply', '--server-side', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    )
    const wait = (...args: string[]) => control.kubectl(['wait', ...args, '--timeout=60s'])
    while (
      (await control.kubectl(['get', 'node', plan.nodeName, '--ignore-not-found', '-o', 'name'])) === ''
    ) {
      await sleep(100)
    }
    await wait('--for=condition=Ready', `node/${plan.nodeName}`)
    progress(`node Ready after ${since(began)}`)
    await wait('--for=condition=Available', 'deployment/coredns', '--namespace=kube-system')
    await control.client.close()
    state.ready = true
    saveState(state)
    progress(`cluster ${name} ready after ${since(began)}: KUBECONFIG=${nodeKubeconfig(folder)}`)
    return plan
  } catch (error) {
    // The logs go with the cluster: what they said last is all that a person gets to see.
    for (const record of state.processes) {
      progress(`${record.name}: ${logTail(record.logFile, isAlive(record) ? 2 : 8)}`)
    }
    await endNode(state, progress)
    throw error
  }
}

/** Ends the cluster of that name, whatever state it is in. False: there was none. */
export async function downNode({ name = 'default', progress = toStderr }: UpOptions = {}): Promise<boolean> {
  const folder = clusterFolder(name)
  const state = loadState(folder)
  if (state !== undefined) await endNode(state, progress)
  else if (holds(name, folder)) release(name)
  else {
    progress(`no cluster ${name} is up`)
    return false
  }
  return true
}
