/** Finds the programs of one cluster by what they were started with: no record is needed, and nobody else's match. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { type NodePlan } from './plan.ts'

export interface ProcessFacts {
  pid: number
  argv: readonly string[]
  /** Working folder; empty where it cannot be told. */
  cwd: string
}

const programs = new Set([
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'containerd',
  'containerd-shim-runc-v2',
  // Holds the network namespace open.
  'sleep',
  // Enforces network policies.
  'node',
])

/** A program of ours that works in the cluster's folders: as its working folder, or by an argument. */
export function isOwn({ argv, cwd }: ProcessFacts, plan: Pick<NodePlan, 'folder' | 'runFolder'>): boolean {
  const [program = '', ...args] = argv
  if (!programs.has(program.replace(/^.*\//, ''))) return false
  const folders = [plan.folder, plan.runFolder]
  if (program.endsWith('node') && !args.some((arg) => arg.endsWith('/network-policy/main.ts'))) return false
  return folders.some(
    (folder) =>
      cwd === folder || cwd.startsWith(`${folder}/`) || args.some((arg) => arg.includes(`${folder}/`)),
  )
}

const read = (pid: number): ProcessFacts | undefined => {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return { pid, argv, cwd: readlinkSync(`/proc/${pid}/cwd`) }
  } catch {
    return undefined
  }
}

export const ownProcesses = (plan: Pick<NodePlan, 'folder' | 'runFolder'>): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => read(Number(name)))
    .filter((facts) => facts !== undefined && isOwn(facts, plan))
    .map((facts) => facts!.pid)
