/** The Gateway API's definitions, for a control plane on which no gateway runs. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { type KubeJson } from '../kube-client.ts'
import { exists } from '../images/local-image.ts'
import { versions } from '../versions.ts'
import { chartFolder, gatewayChart } from './chart.ts'

const release = `https://github.com/kubernetes-sigs/gateway-api/releases/download/v${versions.gatewayApi}/standard-install.yaml`
const answerLimitMs = 20_000
const wanted = ['gatewayclasses', 'gateways', 'httproutes'].map(
  (plural) => `${plural}.gateway.networking.k8s.io`,
)
const bundleVersion = 'gateway.networking.k8s.io/bundle-version'

/** GatewayClass, Gateway and HTTPRoute in the version that the pinned gateway brings. Kept in the cache folder. */
export async function gatewayDefinitions(cache: string): Promise<KubeJson[]> {
  const definitions = parseAllDocuments(await text(cache))
    .map((document) => document.toJS() as KubeJson | null)
    .filter((object) => object?.kind === 'CustomResourceDefinition')
    .filter((object) => object !== null)
    .filter(({ metadata }) => wanted.includes(metadata.name))
  const versionsSeen = definitions.map(({ metadata }) => metadata.annotations?.[bundleVersion])
  if (
    definitions.length !== wanted.length ||
    versionsSeen.some((version) => version !== `v${versions.gatewayApi}`)
  )
    throw new Error(
      `The Gateway API's definitions are not those of ${versions.gatewayApi}: found ${versionsSeen.join(', ')}.`,
    )
  return definitions
}

/** From the gateway's chart where it is here already; else as published; else with the chart's Go module. */
async function text(cache: string): Promise<string> {
  const file = join(cache, `gateway-api-${versions.gatewayApi}.yaml`)
  if (await exists(file)) return readFile(file, 'utf8')
  await mkdir(cache, { recursive: true })
  if (!(await exists(chartFolder(cache)))) {
    const published = await download()
    if (published !== undefined) {
      await writeFile(`${file}.part-${process.pid}`, published)
      await rename(`${file}.part-${process.pid}`, file)
      return published
    }
  }
  return readFile(join(await gatewayChart(cache), 'charts/crds/crds/gatewayapi-crds.yaml'), 'utf8')
}

async function download(): Promise<string | undefined> {
  try {
    const response = await fetch(release, { signal: AbortSignal.timeout(answerLimitMs) })
    return response.ok ? await response.text() : undefined
  } catch {
    return undefined
  }
}
