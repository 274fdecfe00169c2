/** Ends a node cluster, also one that crashed halfway, and leaves nothing of it behind. */
import { readFileSync, readdirSync, rmSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { command } from '../images/command.ts'
import { endProcess } from '../process.ts'
import { type Progress } from '../progress.ts'
import { processesInCgroup, removeCgroup } from './cgroup.ts'
import { release } from './claim.ts'
import { ownProcesses } from './own-processes.ts'
import { type NodeState } from './state.ts'
import { removeTraces } from './traces.ts'

const kill = (pids: readonly number[]) => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Ended by itself.
    }
  }
}

/** Kills until nothing is left to kill; a process may be starting another just now. */
async function killAll(find: () => number[], what: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const pids = find()
    if (pids.length === 0) return
    kill(pids)
    await sleep(20)
  }
  throw new Error(`Some ${what} do not end: ${find().join(', ')}. Look at them with ps, then run this again.`)
}

/** Mount points at or below a folder, the deepest first. */
export const mountsBelow = (folder: string, mountinfo = readFileSync('/proc/self/mountinfo', 'utf8')) =>
  mountinfo
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((place) => place === folder || place.startsWith(`${folder}/`))
    .reverse()

async function unmount(folder: string): Promise<void> {
  for (const place of mountsBelow(folder)) {
    await command('umount', [place]).catch(() => command('umount', ['--lazy', place]))
  }
}

export async function endNode(state: NodeState, progress: Progress): Promise<void> {
  const { plan, processes } = state
  const began = Date.now()
  const named = (...names: string[]) => processes.filter(({ name }) => names.includes(name))
  // Whoever would start a pod again goes first, then the pods, then what they ran on.
  const grace = 2_000
  const starters = named(
    'kubelet',
    'kube-proxy',
    'network-policy',
    'kube-scheduler',
    'kube-controller-manager',
  )
  await Promise.all(starters.map((record) => endProcess(record, grace)))
  await killAll(() => processesInCgroup(plan.cgroup), 'processes of pods')
  await Promise.all(named('containerd', 'kube-apiserver').map((record) => endProcess(record, grace)))
  await Promise.all(processes.map((record) => endProcess(record, grace)))
  await killAll(() => processesInCgroup(plan.cgroup), 'processes of pods')
  // Shims outlive containerd, and a run that died early left no records.
  await killAll(() => ownProcesses(plan), 'processes of the cluster')

  await unmount(plan.folder)
  await unmount(plan.runFolder)
  for (let tries = 0; !removeCgroup(plan.cgroup) && tries < 100; tries++) await sleep(20)
  await removeLink(plan.link)
  removeTraces(plan)
  rmSync(plan.folder, { recursive: true, force: true })
  release(plan.name)
  for (const folder of state.madeFolders) {
    rmSync(join(folder, 'kubelet.sock'), { force: true })
    try {
      rmdirSync(folder)
    } catch {
      // Never there, or another's files are in it.
    }
  }
  progress(`cluster ${plan.name} is gone after ${((Date.now() - began) / 1000).toFixed(1)} s`)
}

/** The link went with the namespace, a moment after its last process; one that stays is taken away. */
async function removeLink(link: string): Promise<void> {
  const there = () => readdirSync('/sys/class/net').includes(link)
  for (let tries = 0; there() && tries < 50; tries++) await sleep(20)
  if (there()) await command('ip', ['link', 'delete', link])
}
