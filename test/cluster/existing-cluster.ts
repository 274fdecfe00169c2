/** Any cluster that a person already has: by a context of their own kubeconfig. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { findBinaries } from './binaries.ts'
import { writePrivate } from './control-plane-files.ts'
import { cacheFolder } from './folders.ts'
import { command } from './images/command.ts'
import { pushArchive } from './images/push-archive.ts'
import { importImage } from './node/start-node.ts'
import { loadState } from './node/state.ts'
import { type TestCluster } from './test-cluster.ts'

export interface ExistingOptions {
  context: string
  /** Images are pushed below this: `registry.example/kiavi`. Without it, load them by hand first. */
  registry?: string
}

/** The node cluster of ours behind an address, if it is one: images go into it without a registry. */
function ownNode(server: string) {
  const folder = join(cacheFolder(), 'clusters')
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names
    .map((name) => loadState(join(folder, name))?.plan)
    .find((plan) => plan !== undefined && new URL(server).hostname === plan.hostAddress)
}

/** Uses the cluster and owns nothing of it: it is neither brought up nor down. */
export async function existingCluster({ context, registry }: ExistingOptions): Promise<TestCluster> {
  const { kubectl, helm } = await findBinaries(['kubectl', 'helm'])
  // One context and its credentials alone, so that no other cluster can be meant by mistake.
  const view = ['config', 'view', '--raw', '--flatten', '--minify', `--context=${context}`]
  const kubeconfig = join(cacheFolder(), 'contexts', context.replace(/[^A-Za-z0-9-]/g, '-'))
  writePrivate(kubeconfig, await command(kubectl, view))
  const { clusters } = parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: [{ cluster: { server: string } }]
  }
  const own = ownNode(clusters[0].cluster.server)
  const env = { KUBECONFIG: kubeconfig }
  const run = (program: string) => (args: readonly string[], input?: string) =>
    command(program, args, input === undefined ? { env } : { env, input })
  return {
    name: context,
    kubeconfig,
    kubectl: run(kubectl),
    helm: run(helm),
    loadImage: async (image) => {
      if (registry !== undefined) return pushArchive(image, registry)
      if (own !== undefined) await importImage(own, (await findBinaries(['ctr'])).ctr, image)
      return image.name
    },
    ...(own === undefined ? {} : { hostAddress: own.hostAddress }),
  }
}
