/** An operator as a process, with a fault proxy between it and each of its two servers. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from '../../../bundle.ts'
import { issueCredential } from '../../cluster/identity.ts'
import { kubeconfig } from '../../cluster/kubeconfig.ts'
import { createAuthority } from '../../cluster/pki.ts'
import { EffectLedger } from '../effect-ledger.ts'
import { startFaultProxy } from '../fault-proxy.ts'
import { FaultInjector } from '../faults.ts'
import { type OperatorProcess, operatorProcess, type Seat } from '../operator-process.ts'
import { type PostgresServer } from '../postgres.ts'
import { startSqlProxy } from '../sql-proxy.ts'
import { applyAll } from '../../cluster/apply-all.ts'
import { type AdminAccess } from './chart.ts'
import { classObjects } from './class-objects.ts'
import { operatorNamespace, serviceAccount } from './names.ts'
import { type Scaffold } from './scaffold.ts'

export interface GatedOperatorOptions {
  /** The chart is installed in it. */
  cluster: AdminAccess & { server: string; ca: string }
  postgres: PostgresServer
  scaffold: Scaffold
  /** Where operator and pods reach the proxies; 127.0.0.1 unless given. */
  address?: string
  /** Where the operator sits; on this machine's own network unless given. */
  seat?: Seat
  /** More of the operator's environment. */
  env?: Record<string, string>
  /** Arguments of the node that it runs in. */
  nodeArgs?: readonly string[]
  /** What the default class says beside what every world needs. */
  classSpec?: object
}

export interface GatedOperator {
  /** Knows whom to kill. */
  injector: FaultInjector
  /** The port of PostgreSQL as the operator and the pods know it: the proxy's. */
  databasePort: number
  operator: OperatorProcess
  /** Another replica of it, which the injector does not kill. */
  replica(podName: string): OperatorProcess
  logFile: string
  /** The class, and the operator's credential: a ServiceAccount of the same name is another one's when etcd was lost. */
  furnish(): Promise<void>
}

const root = join(import.meta.dirname, '../../..')

export async function startGatedOperator(options: GatedOperatorOptions): Promise<GatedOperator> {
  const { cluster, postgres, scaffold, address = '127.0.0.1' } = options
  const { folder } = scaffold
  // As in the image: half the time to start, and that is done some hundred times.
  await bundle(join(root, 'operator'), join(folder, 'operator'))
  const injector = new FaultInjector(new EffectLedger())
  const authority = await createAuthority('fault proxies')
  const identity = await authority.issue({ commonName: 'proxy', ips: [address], usage: 'server' })
  const kube = await startFaultProxy({
    server: { url: cluster.server, ca: cluster.ca },
    identity,
    injector,
    host: address,
  })
  scaffold.atEnd(() => kube.close())
  const sql = await startSqlProxy({
    server: postgres,
    identity,
    injector,
    isOperator: (startup) => startup['application_name'] === 'kiavi-operator',
    host: address,
  })
  scaffold.atEnd(() => sql.close())
  const config = join(folder, 'operator.kubeconfig')
  const furnish = async () => {
    const { administrator } = postgres
    const database = { host: address, port: sql.port, ca: authority.cert, administrator }
    await applyAll(cluster, classObjects(database, options.classSpec))
    const credential = await issueCredential(cluster.client, undefined, {
      serviceAccount: { namespace: operatorNamespace, name: serviceAccount },
    })
    writeFileSync(config, kubeconfig(kube.url, authority.cert, credential), { mode: 0o600 })
  }
  await furnish()
  const logFileOf = (podName: string) => join(folder, `${podName}.log`)
  const replica = (podName: string) => {
    writeFileSync(logFileOf(podName), '')
    const started = operatorProcess({
      main: join(folder, 'operator/main.js'),
      kubeconfig: config,
      logFile: logFileOf(podName),
      nodeArgs: options.nodeArgs ?? [],
      env: {
        KIAVI_OPERATOR_NAMESPACE: operatorNamespace,
        KIAVI_POD_NAME: podName,
        KIAVI_SERVICE_ACCOUNT: serviceAccount,
        KIAVI_TENANT_CLUSTER_ROLE: 'kiavi-tenant-namespace',
        KIAVI_LEADER_ELECTION: 'false',
        KIAVI_LOG_LEVEL: 'info',
        ...options.env,
      },
      ...(options.seat === undefined ? {} : { seat: options.seat }),
    })
    scaffold.atEnd(() => started.stop())
    return started
  }
  const operator = replica('operator-process')
  injector.aimAt(() => operator.kill())
  return {
    ...{ injector, databasePort: sql.port, operator, replica, furnish },
    logFile: logFileOf('operator-process'),
  }
}
