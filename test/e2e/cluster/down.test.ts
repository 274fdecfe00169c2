import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { cacheFolder, clusterFolder } from '../../cluster/folders.ts'
import { command } from '../../cluster/images/command.ts'
import { nodeBaseImage } from '../../cluster/images/node-base.ts'
import { hierarchies } from '../../cluster/node/cgroup.ts'
import { mountsBelow } from '../../cluster/node/down.ts'
import { nodeCluster } from '../../cluster/node/node-cluster.ts'
import { ownProcesses } from '../../cluster/node/own-processes.ts'
import { type NodePlan } from '../../cluster/node/plan.ts'
import { loadState } from '../../cluster/node/state.ts'
import { cniResults, logLinks, shimSockets } from '../../cluster/node/traces.ts'
import { downNode, upNode, whyNoNode } from '../../cluster/node/up.ts'
import { probePod } from './objects.ts'

const name = 'beside'
const folder = clusterFolder(name)
const runFolder = `/run/kiavi/${name}`
const lines: string[] = []
const progress = (line: string) => void lines.push(line)

const list = (path: string) => (existsSync(path) ? readdirSync(path).sort() : [])

/** Everything of this machine that a cluster touches; other clusters of ours may be up and stay the same. */
async function machine() {
  return {
    links: list('/sys/class/net'),
    routes: (await command('ip', ['route'])).split('\n').sort(),
    tables: (await command('nft', ['list', 'tables'])).split('\n').sort(),
    forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8'),
    mounts: [...mountsBelow(folder), ...mountsBelow(runFolder)],
    processes: ownProcesses({ folder, runFolder }).length,
    cgroups: hierarchies().flatMap((hierarchy) =>
      list(hierarchy).filter((entry) => entry === `kiavi-${name}`),
    ),
    folders: [folder, runFolder].filter((path) => existsSync(path)),
    system: ['/run/containerd', '/var/lib/kubelet', '/var/lib/cni', '/run/netns'].filter((path) =>
      existsSync(path),
    ),
  }
}

async function withPod(plan: NodePlan): Promise<void> {
  const cluster = await nodeCluster(plan)
  const image = await cluster.loadImage(await nodeBaseImage(cacheFolder()))
  await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(probePod('default', 'probe', image)))
  await cluster.kubectl(['wait', '--for=condition=Ready', 'pod/probe', '--timeout=60s'])
}

describe.skipIf(whyNoNode() !== undefined)('downNode', () => {
  afterEach(async () => {
    await downNode({ name, progress })
  })

  it('leaves nothing behind: no process, mount, link, route, table, cgroup or file', async () => {
    const before = await machine()
    const began = Date.now()
    const plan = await upNode({ name, progress })
    process.stderr.write(`cluster up in ${((Date.now() - began) / 1000).toFixed(1)} s\n`)
    await withPod(plan)
    const during = await machine()
    expect(during.processes).toBeGreaterThan(7)
    expect(during.mounts.length).toBeGreaterThan(0)
    expect(during.links).toContain(plan.link)
    const traces = [shimSockets(plan), cniResults(plan), logLinks(plan)]
    // Two pods: cluster DNS and ours.
    expect(traces.map((paths) => paths.length >= 2)).toEqual([true, true, true])
    expect(await downNode({ name, progress })).toBe(true)
    expect(await machine()).toEqual(before)
    expect(traces.flat().filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined)).toEqual(
      [],
    )
    expect(await downNode({ name, progress }), 'a second time').toBe(false)
  })

  it('cleans up after a crash, and leaves a stranger alone', async () => {
    const before = await machine()
    const plan = await upNode({ name, progress })
    await withPod(plan)
    for (const { name: program, pid } of loadState(folder)!.processes) {
      if (['containerd', 'kubelet', 'network-namespace', 'etcd'].includes(program))
        process.kill(pid, 'SIGKILL')
    }
    await command('ip', ['link', 'add', 'kiavi-stranger', 'type', 'bridge'])
    await command('nft', ['add', 'table', 'inet', 'kiavi-network-policy'])
    try {
      await downNode({ name, progress })
      expect(list('/sys/class/net')).toContain('kiavi-stranger')
      expect(await command('nft', ['list', 'tables'])).toContain('table inet kiavi-network-policy')
    } finally {
      await command('ip', ['link', 'delete', 'kiavi-stranger'])
      await command('nft', ['delete', 'table', 'inet', 'kiavi-network-policy'])
    }
    expect(await machine()).toEqual(before)
  })
})
