import { tenantNamespace } from '../../../operator/src/api/v1alpha1/names.ts'
import { type TestCluster, type TestGateway } from '../../cluster/test-cluster.ts'
import { agentFor, type Reach } from '../../demo/verify-token.ts'
import { eventually } from '../eventually.ts'
import { type DatabaseFacts } from './database-facts.ts'
import { throughGateway } from './gateway-fetch.ts'
import { allImages } from './images.ts'
import { applyObjects, classObjects, imageValues, installChart, tenantObjects } from './install.ts'
import { waitReady } from './wait-ready.ts'

export interface WorldTenant {
  /** Of the KiaviTenant. */
  namespace: string
  name: string
  host: string
  issuer: string
  tenantID: string
  /** The namespace that the operator made for it. */
  home: string
}

/** The product on a cluster: chart installed, default class applied. */
export interface World {
  cluster: TestCluster
  gateway: TestGateway
  reach: Reach
  database: DatabaseFacts
  /** The runtime's image, as pods ask for it. */
  runtimeImage: string
  /** A tenant of that host, Ready and answering through the gateway. Idempotent. */
  tenant: (host: string, spec?: object) => Promise<WorldTenant>
  /** Applies the default class again with other values. */
  changeClass: (change: { runtimeImage?: string; spec?: object }) => Promise<void>
  /** The default class and the Secrets that it names. */
  classObjects: () => object[]
}

const namespace = 'customers'

/** Installs the product on a cluster with a gateway. Idempotent: what stands is used. */
export async function furnish(
  cluster: TestCluster,
  options: { database: DatabaseFacts; say: (line: string) => void },
): Promise<World> {
  const { database, say } = options
  const { gateway } = cluster
  if (gateway === undefined) throw new Error(`Cluster ${cluster.name} has no gateway.`)
  const images = await allImages(say)
  const operatorImage = await cluster.loadImage(images.operator)
  const runtimeImage = await cluster.loadImage(images.runtime)
  const jobsImage = await cluster.loadImage(images.jobs)
  const reach = { address: gateway.address, ca: gateway.ca }
  say('Installing the chart ...')
  await installChart(cluster, operatorImage, imageValues('jobs.image', jobsImage))
  const changeClass: World['changeClass'] = async (change) => {
    await applyObjects(cluster, classObjects({ database, gateway, runtimeImage, ...change }))
  }
  await changeClass({})

  async function tenant(host: string, spec: object = {}): Promise<WorldTenant> {
    const name = host.replaceAll('.', '-')
    await applyObjects(cluster, tenantObjects(namespace, name, { host, displayName: host, ...spec }))
    await waitReady(cluster, namespace, name, { say })
    const tenantID = await cluster.kubectl([
      ...['get', 'kiavitenant', name, '-n', namespace, '-o', 'jsonpath={.status.tenantID}'],
    ])
    const issuer = `https://${host}`
    const agent = agentFor(reach)
    try {
      await eventually(`an answer of ${issuer}`, async () => {
        const answer = await throughGateway(agent)(`${issuer}/.well-known/jwks.json`)
        return answer.ok
      })
    } finally {
      await agent.close()
    }
    return { namespace, name, host, issuer, tenantID, home: tenantNamespace(tenantID) }
  }
  return {
    ...{ cluster, gateway, reach, database, runtimeImage, tenant, changeClass },
    classObjects: () => classObjects({ database, gateway, runtimeImage }),
  }
}
