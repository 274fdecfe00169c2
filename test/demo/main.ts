// npm run demo: from one YAML to a signed-in person, on a real Kubernetes.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from '../cluster/folders.ts'
import { productImages } from '../support/installation/images.ts'
import { applyObjects, classObjects, installChart, tenantObjects } from '../support/installation/install.ts'
import { postgresImage } from '../support/installation/postgres-image.ts'
import { postgresInCluster } from '../support/installation/postgres-in-cluster.ts'
import { waitReady } from '../support/installation/wait-ready.ts'
import { demoCluster } from './cluster.ts'
import { demoOptions, usage, type DemoOptions } from './options.ts'
import { verifyToken } from './verify-token.ts'
import { visit } from './visit.ts'

const began = Date.now()
const seconds = () => ((Date.now() - began) / 1000).toFixed(0)
const say = (line: string) => {
  console.error(`[${seconds().padStart(4)} s] ${line}`)
}

async function demo(options: DemoOptions): Promise<void> {
  const images = await productImages(say)
  const database = await postgresImage(cacheFolder(), mkdtempSync(join(tmpdir(), 'kiavi-demo-')))
  if (options.context !== undefined && options.registry === undefined) {
    say('Without --registry, nodes must have these images; load the archives by hand if they do not yet:')
    for (const { name, archive } of [images.operator, images.runtime, database]) say(`  ${name}  ${archive}`)
  }
  const { cluster, gateway, down } = await demoCluster(options, say)
  try {
    const operator = await cluster.loadImage(images.operator)
    const runtimeImage = await cluster.loadImage(images.runtime)
    say('Starting a PostgreSQL server in the cluster ...')
    const facts = await postgresInCluster(cluster, await cluster.loadImage(database))
    say('Installing the chart ...')
    await installChart(cluster, operator)
    say(`Applying a KiaviTenantClass and the KiaviTenant customers/acme for ${options.host} ...`)
    await applyObjects(cluster, classObjects({ database: facts, gateway, runtimeImage }))
    await applyObjects(
      cluster,
      tenantObjects('customers', 'acme', { host: options.host, displayName: 'Acme' }),
    )
    const applied = Date.now()
    await waitReady(cluster, 'customers', 'acme', { say })
    say(`Ready ${((Date.now() - applied) / 1000).toFixed(1)} s after it was applied: https://${options.host}`)
    const reach = { address: gateway.address, ca: gateway.ca }
    const { tokens, screenshots } = await visit({
      host: options.host,
      reach,
      folder: options.screenshots,
      say,
    })
    const { claims, kid } = await verifyToken(tokens.access_token, `https://${options.host}`, reach)
    say(`Token verified by jose against the published JWKS: sub ${String(claims.sub)}, kid ${String(kid)}`)
    console.log(await cluster.kubectl(['get', 'kt', '-A']))
    console.log(`Pictures: ${screenshots.join(', ')}`)
    console.log(`Done in ${seconds()} s.`)
    if (options.keep) {
      console.log(`\nIt stays up:\n  export KUBECONFIG=${cluster.kubeconfig}\n  kubectl get kt -A`)
      console.log(`  npm run cluster -- down --name ${options.name}`)
    }
  } finally {
    await down()
  }
}

try {
  const options = demoOptions(process.argv.slice(2))
  if (options === undefined) console.log(usage)
  else await demo(options)
  process.exit(0)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
