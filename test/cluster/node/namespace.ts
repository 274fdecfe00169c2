/**
 * The node's own network: a network namespace that lives as long as processes are in it, and one cable to this machine.
 * Whatever the node's programs do to links, routes, settings and nftables, they do in there, and it goes with them.
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { command } from '../images/command.ts'
import { type ProcessRecord, type RunningProcess, startProcess } from '../process.ts'
import { type NodePlan } from './plan.ts'

const path = (pid: number) => `/proc/${pid}/ns/net`

/** The kernel's name of the namespace that a process is in, `net:[4026532281]`; undefined when it has ended. */
export function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(path(pid))
  } catch {
    return undefined
  }
}

/** How to start a program inside: prepend to its command line. */
export const inside = (holder: ProcessRecord) => ['nsenter', `--net=${path(holder.pid)}`, '--'] as const

/** Starts the process that holds the namespace open, and waits until it is in one of its own. */
export async function holdNamespace(logFile: string, cwd: string): Promise<RunningProcess> {
  const holder = await startProcess({
    name: 'network-namespace',
    command: 'unshare',
    args: ['--net', '--', 'sleep', 'infinity'],
    logFile,
    cwd,
    leashed: false,
  })
  const own = namespaceOf(process.pid)
  for (let tries = 0; namespaceOf(holder.record.pid) === own; tries++) {
    if (holder.exit() !== undefined || tries > 200) {
      throw new Error(
        `The node needs a network namespace, and unshare gave none: ${readFileSync(logFile, 'utf8')}`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return holder
}

/** Lays the cable and the routes to nodes, pods and services. Both ends vanish with the namespace. */
export async function connectNamespace(plan: NodePlan, holder: ProcessRecord): Promise<void> {
  const { link, hostAddress, nodeAddress } = plan
  const ip = (...args: string[]) => command('ip', args)
  const there = (...args: string[]) => command(inside(holder)[0], [...inside(holder).slice(1), ...args])
  await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `${holder.pid}`)
  await ip('address', 'add', `${hostAddress}/24`, 'dev', link)
  await ip('link', 'set', link, 'up')
  await there('ip', 'link', 'set', 'lo', 'up')
  await there('ip', 'address', 'add', `${nodeAddress}/24`, 'dev', 'eth0')
  await there('ip', 'link', 'set', 'eth0', 'up')
  await there('ip', 'route', 'add', 'default', 'via', hostAddress)
  for (const range of [plan.podCidr, plan.serviceCidr]) await ip('route', 'add', range, 'via', nodeAddress)
  // The sysctl program would read files of /etc; and these settings belong to the namespace alone.
  const settings = ['net/ipv4/ip_forward', 'net/bridge/bridge-nf-call-iptables']
  const write = settings.map((setting) => `[ ! -e /proc/sys/${setting} ] || echo 1 > /proc/sys/${setting}`)
  await there('sh', '-ec', write.join('\n'))
}
