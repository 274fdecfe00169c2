/**
 * Before the end-to-end tests: a cluster with real pods, and a gateway in it. KIAVI_CLUSTER_CONTEXT names an existing one
 * to use instead (KIAVI_CLUSTER_REGISTRY: where to push images for it); KIAVI_CLUSTER_NAME one of ours, which stays up
 * when it was up before. Tests read the facts with `inject('cluster')`.
 */
import { type TestProject } from 'vitest/node'
import { existingCluster } from '../cluster/existing-cluster.ts'
import { findGateway, installGateway } from '../cluster/gateway/install.ts'
import { nodeCluster } from '../cluster/node/node-cluster.ts'
import { downNode, isNodeUp, upNode, whyNoNode } from '../cluster/node/up.ts'
import { toStderr } from '../cluster/progress.ts'
import { type TestCluster, type TestGateway } from '../cluster/test-cluster.ts'

/** What a test needs to open the cluster again in its own process. */
export type ClusterFacts =
  | { kind: 'node'; name: string; gateway: TestGateway }
  | { kind: 'existing'; context: string; registry?: string; gateway?: TestGateway }
  | { kind: 'none'; because: string }

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: ClusterFacts
  }
}

/** The vitest loader asks for this name. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const context = process.env['KIAVI_CLUSTER_CONTEXT']
  if (context !== undefined && context !== '') {
    const registry = process.env['KIAVI_CLUSTER_REGISTRY']
    const options = { context, ...(registry === undefined ? {} : { registry }) }
    const gateway = await findGateway(await existingCluster(options))
    project.provide('cluster', {
      kind: 'existing',
      ...options,
      ...(gateway === undefined ? {} : { gateway }),
    })
    return undefined
  }
  const because = whyNoNode()
  if (because !== undefined) {
    toStderr(`End-to-end tests are left out: ${because}.`)
    project.provide('cluster', { kind: 'none', because })
    return undefined
  }
  const name = process.env['KIAVI_CLUSTER_NAME'] ?? 'e2e'
  const wasUp = await isNodeUp(name)
  const cluster = await nodeCluster(await upNode({ name }))
  const gateway = await installGateway(cluster, toStderr).catch(async (error: unknown) => {
    if (!wasUp) await downNode({ name })
    throw error
  })
  project.provide('cluster', { kind: 'node', name, gateway })
  return async () => {
    if (!wasUp) await downNode({ name })
  }
}

/** The cluster of `inject('cluster')`; undefined where there is none. */
export async function openCluster(facts: ClusterFacts): Promise<TestCluster | undefined> {
  if (facts.kind === 'none') return undefined
  const cluster =
    facts.kind === 'existing'
      ? await existingCluster(facts)
      : await nodeCluster(await upNode({ name: facts.name }))
  return facts.gateway === undefined ? cluster : { ...cluster, gateway: facts.gateway }
}
