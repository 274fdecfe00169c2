/**
 * What containerd, its shims and the CNI library write outside of the cluster's folders, where no setting moves it. Each
 * file is recognised as ours by what is written in it or about it.
 */
import { existsSync, globSync, readFileSync, readdirSync, readlinkSync, rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { nodeFiles } from './configs.ts'
import { type NodePlan } from './plan.ts'

/** Folders that are made where they are missing, the deepest first. */
export const systemFolders = [
  '/var/log/containers',
  '/var/lib/kubelet/device-plugins',
  '/var/lib/kubelet',
  '/var/lib/cni/results',
  '/var/lib/cni',
  '/run/containerd/s',
  '/run/containerd/fifo',
  '/run/containerd',
]

const list = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []

const read = (file: string) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Sockets of the shims: a shim that is killed leaves it, and its bundle tells where it is. */
export function shimSockets(plan: Pick<NodePlan, 'runFolder'>): string[] {
  const bundles = globSync(join(plan.runFolder, 'containerd', '*', '*', '*', '{bootstrap.json,address}'))
  return bundles.flatMap((file) => /unix:\/\/([^"\s]+)/.exec(read(file))?.[1] ?? [])
}

/** Results of the CNI library, one per network of each pod: each names the pod's network namespace. */
export const cniResults = (plan: Pick<NodePlan, 'runFolder'>, folder = '/var/lib/cni/results'): string[] =>
  list(folder).filter((file) => read(file).includes(`"netns":"${plan.runFolder}/`))

/** Links that the kubelet makes to each container's log. */
export const logLinks = (plan: NodePlan, folder = '/var/log/containers'): string[] =>
  list(folder).filter((link) => readlinkSync(link).startsWith(`${nodeFiles(plan).podLogs}/`))

/** To be called when the processes have ended and the cluster's own folders are still there. */
export function removeTraces(plan: NodePlan): void {
  for (const socket of shimSockets(plan)) rmSync(socket, { force: true })
  for (const result of cniResults(plan)) rmSync(result, { force: true })
  for (const link of logLinks(plan)) unlinkSync(link)
}
