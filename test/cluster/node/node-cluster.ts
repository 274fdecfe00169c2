import { join } from 'node:path'
import { findBinaries } from '../binaries.ts'
import { layout } from '../control-plane-args.ts'
import { command } from '../images/command.ts'
import { type TestCluster } from '../test-cluster.ts'
import { type NodePlan } from './plan.ts'
import { importImage } from './start-node.ts'

/** A node cluster that is up, as tests and the demo use it. */
export async function nodeCluster(plan: NodePlan): Promise<TestCluster> {
  const binaries = await findBinaries(['kubectl', 'helm', 'ctr'])
  const kubeconfig = layout(plan.folder).kubeconfig('admin')
  // Whatever helm and kubectl keep, they keep in the cluster's folder.
  const home = join(plan.folder, 'home')
  const env = {
    KUBECONFIG: kubeconfig,
    HOME: home,
    HELM_CACHE_HOME: join(home, 'helm'),
    HELM_CONFIG_HOME: join(home, 'helm'),
    HELM_DATA_HOME: join(home, 'helm'),
    NO_PROXY: [plan.linkCidr, plan.serviceCidr, plan.podCidr].join(','),
  }
  const run = (program: string) => (args: readonly string[], input?: string) =>
    command(program, args, input === undefined ? { env } : { env, input })
  return {
    name: plan.name,
    kubeconfig,
    kubectl: run(binaries.kubectl),
    helm: run(binaries.helm),
    loadImage: async (image) => {
      await importImage(plan, binaries.ctr, image)
      return image.name
    },
    hostAddress: plan.hostAddress,
    auditLog: layout(plan.folder).auditLog,
  }
}
