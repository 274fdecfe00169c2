import { join } from 'node:path'
import { applyAll } from '../../cluster/apply-all.ts'
import { type TestCluster, type TestGateway } from '../../cluster/test-cluster.ts'
import { defaultClass } from '../default-class.ts'
import { operatorNamespace } from '../operator-world/names.ts'
import { type DatabaseFacts } from './database-facts.ts'

const chart = join(import.meta.dirname, '..', '..', '..', 'charts', 'kiavi-operator')

/** The chart's values for an image with its tag. */
export function imageValues(at: string, image: string): Record<string, string> {
  const colon = image.lastIndexOf(':')
  return { [`${at}.repository`]: image.slice(0, colon), [`${at}.tag`]: image.slice(colon + 1) }
}

/** Installs or upgrades the chart, and waits for the operator to be there. `image`: with its tag. */
export async function installChart(
  cluster: TestCluster,
  image: string,
  values: Record<string, string | number | boolean> = {},
): Promise<void> {
  const sets = { ...imageValues('image', image), ...values }
  await cluster.helm([
    'upgrade',
    '--install',
    'kiavi-operator',
    chart,
    ...['--namespace', operatorNamespace, '--create-namespace', '--wait', '--timeout', '3m'],
    ...Object.entries(sets).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
  ])
}

/** The class that tenants live in, with the Secrets it names: what a platform engineer writes once. */
export function classObjects(options: {
  database: DatabaseFacts
  gateway: TestGateway
  runtimeImage: string
  spec?: object
}): object[] {
  const { database, gateway, runtimeImage, spec = {} } = options
  return defaultClass(database, {
    runtime: { image: runtimeImage, imagePullPolicy: 'IfNotPresent' },
    gateway: {
      name: gateway.parent.name,
      namespace: gateway.parent.namespace,
      listenerName: gateway.parent.sectionName,
    },
    ingressFrom: [{ namespaceLabels: { 'kubernetes.io/metadata.name': gateway.proxyNamespace } }],
    ...spec,
  })
}

export const tenantObjects = (namespace: string, name: string, spec: object): object[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  { apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviTenant', metadata: { name, namespace }, spec },
]

/** What somebody else applied meanwhile is ours again. */
export const applyObjects = (cluster: Pick<TestCluster, 'kubectl'>, items: readonly object[]) =>
  applyAll(cluster, items, '--force-conflicts')
