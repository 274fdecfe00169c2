/** Operator, API server and PostgreSQL for a wave of tenants: all real, but for what runs in pods. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../../bundle.ts'
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts'
import { issueCredential } from '../cluster/identity.ts'
import { kubeconfig, type Credential } from '../cluster/kubeconfig.ts'
import { leash } from '../cluster/leash.ts'
import { createAuthority } from '../cluster/pki.ts'
import { EffectLedger } from '../support/effect-ledger.ts'
import { type AnsweredWrite, startFaultProxy } from '../support/fault-proxy.ts'
import { FaultInjector } from '../support/faults.ts'
import { type OperatorProcess, operatorProcess } from '../support/operator-process.ts'
import { applyAll } from '../cluster/apply-all.ts'
import { install } from '../support/operator-world/chart.ts'
import { classObjects } from '../support/operator-world/class-objects.ts'
import { operatorNamespace, serviceAccount } from '../support/operator-world/names.ts'
import { type PostgresServer, startPostgres } from '../support/postgres.ts'
import { startWeightlessKubelet } from './weightless-kubelet.ts'

export interface WaveWorld {
  controlPlane: ControlPlane
  postgres: PostgresServer
  /** What the operator speaks to the API server with. */
  credential: Credential
  /** Speaks to the API server itself. */
  operator: OperatorProcess
  /** The same program, but what it writes is kept in `writes`. Only one of the two runs at a time. */
  recorded: OperatorProcess
  writes: AnsweredWrite[]
  stop(): Promise<void>
}

const workspace = join(import.meta.dirname, '../../operator')
const environment = {
  KIAVI_OPERATOR_NAMESPACE: operatorNamespace,
  KIAVI_POD_NAME: 'operator-process',
  KIAVI_SERVICE_ACCOUNT: serviceAccount,
  KIAVI_TENANT_CLUSTER_ROLE: 'kiavi-tenant-namespace',
  KIAVI_LEADER_ELECTION: 'false',
  KIAVI_LOG_LEVEL: 'info',
}

export async function startWaveWorld(progress: (line: string) => void): Promise<WaveWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-wave-'))
  const removal = `rm -rf '${folder}'`
  leash.undo(removal)
  const undo: (() => unknown)[] = []
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
    rmSync(folder, { recursive: true, force: true })
    leash.forget(removal)
  }
  try {
    const controlPlane = await startControlPlane({ progress })
    undo.push(() => controlPlane.stop())
    const postgres = await startPostgres({ version: 18, durable: true })
    undo.push(() => postgres.stop())
    const { client, server, ca, authority } = controlPlane
    await install(controlPlane)
    await bundle(workspace, join(folder, 'operator'))
    const database = { port: postgres.port, ca: postgres.ca ?? '', administrator: postgres.administrator }
    await applyAll(controlPlane, classObjects(database))
    const kubelet = await startWeightlessKubelet(client)
    undo.push(() => kubelet.stop())

    const writes: AnsweredWrite[] = []
    const recorder = await createAuthority('bench')
    const proxy = await startFaultProxy({
      server: { url: server, ca },
      identity: await recorder.issue({ commonName: 'recorder', ips: ['127.0.0.1'], usage: 'server' }),
      injector: new FaultInjector(new EffectLedger()),
      answered: (write) => writes.push(write),
    })
    undo.push(() => proxy.close())
    const credential = await issueCredential(client, authority, {
      serviceAccount: { namespace: operatorNamespace, name: serviceAccount },
    })
    const operatorAt = (name: string, url: string, trust: string) => {
      const config = join(folder, `${name}.kubeconfig`)
      writeFileSync(config, kubeconfig(url, trust, credential), { mode: 0o600 })
      const process = operatorProcess({
        main: join(folder, 'operator/main.js'),
        kubeconfig: config,
        env: environment,
        logFile: join(folder, `${name}.log`),
      })
      undo.push(() => process.stop())
      return process
    }
    return {
      controlPlane,
      postgres,
      credential,
      operator: operatorAt('operator', server, ca),
      recorded: operatorAt('recorded', proxy.url, recorder.cert),
      writes,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
