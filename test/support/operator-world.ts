/**
 * A whole world for one operator: a real control plane with the chart's rights and policies, pods that are processes,
 * a real PostgreSQL, and a fault proxy before each of the two.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from '../../bundle.ts'
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts'
import { type ProcessKubelet, startProcessKubelet } from '../cluster/process-kubelet.ts'
import { forwardClock } from './forward-clock.ts'
import { install } from './operator-world/chart.ts'
import { jobsProgram } from './operator-world/jobs-program.ts'
import { type GatedOperator, startGatedOperator } from './operator-world/gated-operator.ts'
import { type LabWorld } from './operator-world/lab-world.ts'
import { scaffold } from './operator-world/scaffold.ts'
import { startPostgres } from './postgres.ts'
import { type PostgresVersion } from './postgres-binaries.ts'

export interface WorldOptions {
  postgres?: PostgresVersion
  /** More of the operator's environment. */
  env?: Record<string, string>
  /** More of every pod's environment. */
  podEnv?: Record<string, string>
  /** What the default class says beside what this world needs. */
  classSpec?: object
  /** Operator and pods live by a clock that can be set forward. */
  settableClock?: boolean
  /** Jobs run too, as processes of the real programs. */
  jobs?: boolean
  /** How often the kubelet brings mounted Secrets up to date by itself; 1 s unless given. */
  volumeSyncMs?: number
  /** Seen on the way up, a line each. */
  progress?: (line: string) => void
}

export interface OperatorWorld extends LabWorld, GatedOperator {
  controlPlane: ControlPlane
  kubelet: ProcessKubelet
  /**
   * etcd loses everything, and somebody begins anew: a node, the chart, the class with its Secrets. The operator is
   * stopped and not started again; PostgreSQL knows nothing of it.
   */
  rebuildCluster(): Promise<void>
}

/** An API server and controllers that remember what was would not show what is gone: they begin anew too. */
async function loseEtcd(controlPlane: ControlPlane): Promise<void> {
  await controlPlane.restart('etcd', () => rmSync(join(controlPlane.folder, 'etcd'), { recursive: true }))
  await controlPlane.restart('kube-apiserver')
  await controlPlane.restart('kube-controller-manager')
}

export async function startOperatorWorld(options: WorldOptions = {}): Promise<OperatorWorld> {
  const { progress = () => {}, env = {}, podEnv = {}, classSpec = {} } = options
  const world = scaffold('kiavi-world-')
  try {
    const [controlPlane, postgres] = await Promise.all([
      startControlPlane({ progress }),
      startPostgres({ version: options.postgres ?? 18 }),
    ])
    world.atEnd(
      () => controlPlane.stop(),
      () => postgres.stop(),
    )
    await install(controlPlane)
    const runtime = join(world.folder, 'runtime')
    await bundle(join(import.meta.dirname, '../../runtime'), runtime)
    const clock = options.settableClock === true ? forwardClock(world.folder) : undefined
    const nodeArgs = clock?.nodeArgs ?? []
    const jobs =
      options.jobs === true ? { backup: await jobsProgram(join(world.folder, 'jobs'), nodeArgs) } : {}
    const startNode = () =>
      startProcessKubelet({
        client: controlPlane.client,
        ...(options.volumeSyncMs === undefined ? {} : { volumeSyncMs: options.volumeSyncMs }),
        programs: {
          runtime: { entrypoint: [process.execPath, ...nodeArgs, join(runtime, 'main.js')], env: podEnv },
          ...jobs,
        },
      })
    const gated = await startGatedOperator({
      cluster: controlPlane,
      postgres,
      scaffold: world,
      env,
      nodeArgs,
      classSpec,
    })
    let kubelet = await startNode()
    world.atEnd(() => kubelet.stop())
    const rebuildCluster = async () => {
      await gated.operator.stop()
      await kubelet.stop()
      await loseEtcd(controlPlane)
      await install(controlPlane)
      kubelet = await startNode()
      await gated.furnish()
    }
    return {
      ...gated,
      ...(clock === undefined ? {} : { clock }),
      controlPlane,
      postgres,
      get kubelet() {
        return kubelet
      },
      rebuildCluster,
      stop: world.stop,
    }
  } catch (error) {
    await world.stop()
    throw error
  }
}
