/** Installs Envoy Gateway into a cluster of ours, with a Gateway that tenants' routes attach to. */
import { findBinaries } from '../binaries.ts'
import { cacheFolder } from '../folders.ts'
import { envoyGatewayImage, envoyImage } from '../images/envoy.ts'
import { createAuthority } from '../pki.ts'
import { type Progress } from '../progress.ts'
import { getObject } from '../get-object.ts'
import { type TestCluster, type TestGateway } from '../test-cluster.ts'
import { gatewayChart } from './chart.ts'
import { chartValues, domains, gatewayObjects, names } from './objects.ts'

const caConfigMap = 'gateway-ca'

interface GatewayStatus {
  status?: { addresses?: { value: string }[] }
}

/** The gateway that is installed already; undefined when there is none. */
export async function findGateway(cluster: TestCluster): Promise<TestGateway | undefined> {
  const kinds = await cluster.kubectl([
    'get',
    'crd',
    '--ignore-not-found',
    '-o',
    'name',
    'gateways.gateway.networking.k8s.io',
  ])
  if (kinds === '') return undefined
  const gateway = await getObject<GatewayStatus>(
    cluster,
    'gateways.gateway.networking.k8s.io',
    names.gateway,
    names.gatewayNamespace,
  )
  const authority = await getObject<{ data: { 'ca.crt': string } }>(
    cluster,
    'configmap',
    caConfigMap,
    names.gatewayNamespace,
  )
  const address = gateway?.status?.addresses?.[0]?.value
  if (address === undefined || authority === undefined) return undefined
  return {
    address,
    ca: authority.data['ca.crt'],
    domains: [...domains],
    parent: { namespace: names.gatewayNamespace, name: names.gateway, sectionName: names.listener },
    proxyNamespace: names.controllerNamespace,
  }
}

/** The gateway, installed now if it is not there; about half a minute. */
export async function installGateway(cluster: TestCluster, progress: Progress): Promise<TestGateway> {
  const found = await findGateway(cluster)
  if (found !== undefined) return found
  const cache = cacheFolder()
  const binaries = await findBinaries(['envoy-gateway'], { progress })
  progress('preparing the images of Envoy and Envoy Gateway ...')
  const [chart, gatewayImage, proxyImage] = await Promise.all([
    gatewayChart(cache),
    envoyGatewayImage(cache, binaries['envoy-gateway']),
    envoyImage(cache),
  ])
  const began = Date.now()
  const proxyLoaded = cluster.loadImage(proxyImage)
  const values = chartValues(await cluster.loadImage(gatewayImage))
  await cluster.helm(
    [
      ...['upgrade', '--install', 'envoy-gateway', chart, '--namespace', names.controllerNamespace],
      ...['--create-namespace', '--wait', '--timeout', '180s', '--values', '-'],
    ],
    JSON.stringify(values),
  )
  const authority = await createAuthority('kiavi test gateway CA')
  const certificate = await authority.issue({
    commonName: 'kiavi test gateway',
    dnsNames: domains.flatMap((domain) => [domain, `*.${domain}`]),
    usage: 'server',
  })
  const objects = [
    ...gatewayObjects(await proxyLoaded, certificate),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: caConfigMap, namespace: names.gatewayNamespace },
      data: { 'ca.crt': authority.cert },
    },
  ]
  await cluster.kubectl(
    ['apply', '--server-side', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
  )
  const gateway = `gateway/${names.gateway}`
  await cluster.kubectl([
    ...['wait', '--for=condition=Programmed', gateway, '-n', names.gatewayNamespace, '--timeout=120s'],
  ])
  const installed = await findGateway(cluster)
  if (installed === undefined) throw new Error(`${gateway} is Programmed, but has no address.`)
  progress(`gateway ready after ${((Date.now() - began) / 1000).toFixed(1)} s at ${installed.address}`)
  return installed
}
