import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { command } from '../images/command.ts'
import { exists } from '../images/local-image.ts'
import { versions } from '../versions.ts'

const module = `github.com/envoyproxy/gateway@v${versions.envoyGateway}`

export const chartFolder = (cache: string) => join(cache, `gateway-helm-${versions.envoyGateway}`)

/**
 * Envoy Gateway's own Helm chart, with the CRDs of the Gateway API: it lies in the same Go module as the program. Kept
 * in the cache folder.
 */
export async function gatewayChart(cache: string): Promise<string> {
  const chart = chartFolder(cache)
  if (await exists(chart)) return chart
  const answer = await command('go', ['mod', 'download', '-json', module]).catch((cause: unknown) => {
    throw new Error(`Envoy Gateway's chart comes with its Go module: install Go, or put it into ${chart}.`, {
      cause,
    })
  })
  const { Dir: source } = JSON.parse(answer) as { Dir: string }
  const part = await mkdtemp(`${chart}.`)
  try {
    await cp(join(source, 'charts', 'gateway-helm'), part, { recursive: true })
    // The module cache is read-only, and its modes were copied.
    await command('chmod', ['-R', 'u+w', part])
    const template = await readFile(join(part, 'values.tmpl.yaml'), 'utf8')
    const filled = template
      .replaceAll('${GatewayImage}', `docker.io/envoyproxy/gateway:v${versions.envoyGateway}`)
      .replaceAll('${GatewayImagePullPolicy}', 'IfNotPresent')
    await writeFile(join(part, 'values.yaml'), filled)
    await rename(part, chart)
  } finally {
    await rm(part, { recursive: true, force: true })
  }
  return chart
}
