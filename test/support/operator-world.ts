/**
 * A whole world for one operator: a real control plane with the chart's rights and policies, pods that are processes,
 * a real PostgreSQL, and a fault proxy before each of the two.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundle } from '../../bundle.ts'
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts'
import { kubeconfig } from '../cluster/kubeconfig.ts'
import { leash } from '../cluster/leash.ts'
import { createAuthority } from '../cluster/pki.ts'
import { type ProcessKubelet, startProcessKubelet } from '../cluster/process-kubelet.ts'
import { EffectLedger } from './effect-ledger.ts'
import { startFaultProxy } from './fault-proxy.ts'
import { FaultInjector } from './faults.ts'
import { renderChart } from './helm.ts'
import { type OperatorProcess, operatorProcess } from './operator-process.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { type PostgresVersion } from './postgres-binaries.ts'
import { startSqlProxy } from './sql-proxy.ts'

export const operatorNamespace = 'kiavi-system'
export const customers = 'customers'
export const serviceAccount = 'kiavi-operator'
const root = join(import.meta.dirname, '../..')

export interface WorldOptions {
  postgres?: PostgresVersion
  /** More of the operator's environment. */
  env?: Record<string, string>
  /** What the default class says beside what this world needs. */
  classSpec?: object
  /** Seen on the way up, a line each. */
  progress?: (line: string) => void
}

export interface OperatorWorld {
  controlPlane: ControlPlane
  postgres: PostgresServer
  /** The port of PostgreSQL as the operator and the pods know it: the proxy's. */
  databasePort: number
  injector: FaultInjector
  operator: OperatorProcess
  kubelet: ProcessKubelet
  logFile: string
  /**
   * etcd loses everything, and somebody begins anew: a node, the chart, the class with its Secrets. The operator is
   * stopped and not started again; PostgreSQL knows nothing of it.
   */
  rebuildCluster(): Promise<void>
  stop(): Promise<void>
}

/** What of the chart is about the operator's pod; here it is a process. */
const aboutThePod = new Set(['Deployment', 'PodMonitor', 'PodDisruptionBudget', 'NetworkPolicy'])

/** Everything else of the chart, in the order of its files. */
export async function install(controlPlane: ControlPlane): Promise<void> {
  const { client } = controlPlane
  for (const name of [operatorNamespace, customers])
    await client.call('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })
  const items = (await renderChart()).filter(({ kind }) => !aboutThePod.has(kind))
  const crds = items.filter(({ kind }) => kind === 'CustomResourceDefinition')
  const others = items.filter(({ kind }) => kind !== 'CustomResourceDefinition')
  await controlPlane.kubectl(apply, list(crds))
  await controlPlane.kubectl([
    'wait',
    '--for=condition=Established',
    '--timeout=30s',
    ...crds.map(({ metadata }) => `crd/${metadata.name}`),
  ])
  await controlPlane.kubectl(apply, list(others))
  // Established is not yet served: its storage is made when it is asked for first.
  for (const { spec } of crds as { spec?: { names: { plural: string } } }[])
    while ((await client.probe(`/apis/kiavi.eu/v1alpha1/${spec?.names.plural ?? ''}`))?.status !== 200)
      await sleep(50)
}

const apply = ['apply', '--server-side', '-f', '-']
const list = (items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })

/** An API server and controllers that remember what was would not show what is gone: they begin anew too. */
async function loseEtcd(controlPlane: ControlPlane): Promise<void> {
  await controlPlane.restart('etcd', () => rmSync(join(controlPlane.folder, 'etcd'), { recursive: true }))
  await controlPlane.restart('kube-apiserver')
  await controlPlane.restart('kube-controller-manager')
}

export async function startOperatorWorld(options: WorldOptions = {}): Promise<OperatorWorld> {
  const progress = options.progress ?? (() => {})
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-world-'))
  const removal = `rm -rf '${folder}'`
  leash.undo(removal)
  const undo: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
    rmSync(folder, { recursive: true, force: true })
    leash.forget(removal)
  }
  try {
    const [controlPlane, postgres] = await Promise.all([
      startControlPlane({ progress }),
      startPostgres({ version: options.postgres ?? 18 }),
    ])
    undo.push(
      () => controlPlane.stop(),
      () => postgres.stop(),
    )
    const { client } = controlPlane
    await install(controlPlane)
    // As in the images: half the time to start, and that is done some hundred times.
    for (const program of ['operator', 'runtime']) await bundle(join(root, program), join(folder, program))
    const injector = new FaultInjector(new EffectLedger())
    const authority = await createAuthority('fault proxies')
    const identity = await authority.issue({ commonName: 'proxy', ips: ['127.0.0.1'], usage: 'server' })
    const kube = await startFaultProxy({
      server: { url: controlPlane.server, ca: controlPlane.ca },
      identity,
      injector,
    })
    const sql = await startSqlProxy({
      server: postgres,
      identity,
      injector,
      isOperator: (startup) => startup['application_name'] === 'kiavi-operator',
    })
    undo.push(
      () => kube.close(),
      () => sql.close(),
    )
    const { administrator } = postgres
    const config = join(folder, 'operator.kubeconfig')
    const startNode = () =>
      startProcessKubelet({
        client,
        programs: { runtime: { entrypoint: [process.execPath, join(folder, 'runtime/main.js')] } },
      })
    let kubelet = await startNode()
    undo.push(() => kubelet.stop())
    /** The class, and the operator's credential: a ServiceAccount of the same name is another one's. */
    const furnish = async () => {
      await controlPlane.kubectl(
        apply,
        list(classObjects({ port: sql.port, ca: authority.cert, administrator }, options.classSpec)),
      )
      const { status } = await client.call<{ status: { token: string } }>(
        'POST',
        `/api/v1/namespaces/${operatorNamespace}/serviceaccounts/${serviceAccount}/token`,
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } },
      )
      writeFileSync(config, kubeconfig(kube.url, authority.cert, { token: status.token }), { mode: 0o600 })
    }
    await furnish()
    const logFile = join(folder, 'operator.log')
    writeFileSync(logFile, '')
    const operator = operatorProcess({
      main: join(folder, 'operator/main.js'),
      kubeconfig: config,
      logFile,
      env: {
        KIAVI_OPERATOR_NAMESPACE: operatorNamespace,
        KIAVI_POD_NAME: 'operator-process',
        KIAVI_SERVICE_ACCOUNT: serviceAccount,
        KIAVI_TENANT_CLUSTER_ROLE: 'kiavi-tenant-namespace',
        KIAVI_LEADER_ELECTION: 'false',
        KIAVI_LOG_LEVEL: 'info',
        ...options.env,
      },
    })
    injector.aimAt(() => operator.kill())
    undo.push(() => operator.stop())
    const rebuildCluster = async () => {
      await operator.stop()
      await kubelet.stop()
      await loseEtcd(controlPlane)
      await install(controlPlane)
      kubelet = await startNode()
      await furnish()
    }
    return {
      controlPlane,
      postgres,
      databasePort: sql.port,
      injector,
      operator,
      get kubelet() {
        return kubelet
      },
      logFile,
      rebuildCluster,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The default class of this world, with the Secrets that it names. One replica: a crash of it is not the matter. */
export function classObjects(
  database: { port: number; ca: string; administrator: { user: string; password: string } },
  classSpec: object = {},
) {
  const { user: username, password } = database.administrator
  const secret = (name: string, stringData: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: operatorNamespace },
    stringData,
  })
  return [
    secret('database-admin', { username, password }),
    secret('database-ca', { 'ca.crt': database.ca }),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'test' },
      spec: { controller: 'kiavi.eu/none' },
    },
    {
      apiVersion: 'kiavi.eu/v1alpha1',
      kind: 'KiaviTenantClass',
      metadata: { name: 'default', annotations: { 'kiavi.eu/is-default-class': 'true' } },
      spec: {
        region: 'fr-par',
        database: {
          host: '127.0.0.1',
          port: database.port,
          adminSecretName: 'database-admin',
          caSecretName: 'database-ca',
          exclusive: true,
          reachedBy: { cidrs: ['127.0.0.1/32'] },
        },
        runtime: { image: 'kiavi/runtime:source', replicas: 1 },
        ingress: { className: 'test' },
        ingressFrom: [{ namespaceLabels: { 'kubernetes.io/metadata.name': 'ingress' } }],
        ...classSpec,
      },
    },
  ]
}
