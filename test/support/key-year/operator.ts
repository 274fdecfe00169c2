import { createReconciler, type Outcome } from '../../../operator/src/controllers/tenant/reconcile.ts'
import { type TenantPorts } from '../../../operator/src/controllers/tenant/ports.ts'
import { KubeTimeout, KubeUnavailable } from '../../../operator/src/kube/errors.ts'
import { type Cluster } from '../../../operator/src/kube/port.ts'
import { createHttpProbe } from '../../../operator/src/providers/runtime/http-probe.ts'
import { type ApiServer } from './api-server.ts'
import { clusterOver } from './cluster-over.ts'
import { type Node } from './node.ts'
import { type Random } from './random.ts'
import { type Timeline } from './timeline.ts'
import { WallClock } from './wall-clock.ts'
import { WatchMemory } from './watch-memory.ts'

export interface OperatorWorld {
  server: ApiServer
  timeline: Timeline
  node: Node
  random: Random
  /** What does not depend on the process: database, keys and who we are. */
  fixed: Pick<
    TenantPorts,
    'database' | 'keys' | 'checkKey' | 'isPublicSuffix' | 'operator' | 'installationID'
  >
  tenant: { namespace: string; name: string }
  say: (line: string) => void
}

/** One life of an operator: what it remembers ends with it. */
interface Process {
  isAlive: boolean
  startedAt: number
  memory: WatchMemory
  reconcile: (name: { namespace: string; name: string }) => Promise<Outcome>
}

/** Rarer than it is deployed with: what matters is looked at for what happens, and a year has many minutes. */
const resyncMs = 72 * 3_600_000
/** Looks that bring nothing are taken to be ever further apart, as in a queue that is busy. */
const patience = { looks: 15, atMostMs: 300_000 }

class Crashed extends Error {}

/** The operator as it is deployed: one process after the other, with whatever befalls them. */
export class Operator {
  readonly wall: WallClock
  /** Moments before and after a write until the process dies; Infinity while nothing is planned. */
  crashIn = Infinity
  /** Calls of the API server that fail from now on. */
  failing = 0
  /** Watches stand still until then. */
  deafUntil = 0
  looks = 0
  crashes = 0
  lookAt = Infinity
  outcome: Outcome | undefined
  readonly #world: OperatorWorld
  #process: Process | undefined
  #idle = 0
  #failures = 0

  constructor(world: OperatorWorld) {
    this.#world = world
    this.wall = new WallClock(() => world.timeline.now)
  }

  get isUp(): boolean {
    return this.#process !== undefined
  }

  start(): void {
    if (this.#process) return
    const { server, timeline, random } = this.#world
    const memory = new WatchMemory(server, timeline, {
      lagMs: () => random.logBetween(20, 2000) + Math.max(this.deafUntil - timeline.now, 0),
      heard: () => this.poke(100),
    })
    const process: Process = {
      ...{ isAlive: true, startedAt: timeline.now, memory },
      reconcile: () => Promise.reject(new Crashed()),
    }
    process.reconcile = createReconciler(this.#ports(process), { resyncMs })
    this.#process = process
    this.#say('the operator starts')
    this.poke(random.between(200, 3000))
  }

  /** Its process ends here and now; another one begins after a while. */
  crash(downMs: number): void {
    if (!this.#process) return
    this.#process.isAlive = false
    this.#process.memory.end()
    this.#process = undefined
    this.crashes += 1
    this.crashIn = Infinity
    this.lookAt = Infinity
    this.#say(`the operator is gone for ${(downMs / 1000).toFixed(0)} s`)
    this.#world.timeline.after(downMs, () => this.start())
  }

  /** Something happened that the tenant is looked at for. */
  poke(ms: number): void {
    if (!this.#process) return
    this.#idle = 0
    this.lookAt = Math.min(this.lookAt, this.#world.timeline.now + ms)
  }

  async look(): Promise<void> {
    const process = this.#process
    this.lookAt = Infinity
    if (!process) return
    this.looks += 1
    const { random, timeline, tenant } = this.#world
    const outcome = await process.reconcile(tenant).catch((error: unknown) => error as Error)
    if (!process.isAlive) return
    if (outcome instanceof Error || outcome.result === 'failed') {
      this.#failures += 1
      const error = outcome instanceof Error ? outcome : outcome.error
      this.#say(`a look failed: ${error?.message ?? ''}`)
      if (error && !('code' in error)) throw error
      this.lookAt = Math.min(this.lookAt, timeline.now + Math.min(500 * 2 ** this.#failures, 60_000))
      return
    }
    this.#failures = 0
    this.outcome = outcome
    if (outcome.steps.length > 0) this.#say(`${outcome.reason}: ${outcome.steps.join(', ')}`)
    this.#idle = outcome.steps.length > 0 || outcome.wrote ? 0 : this.#idle + 1
    const slower = 1.5 ** Math.max(this.#idle - patience.looks, 0)
    const again = outcome.againMs ?? resyncMs
    const ms = again > 60_000 ? again : Math.max(again, Math.min(again * slower, patience.atMostMs))
    this.lookAt = Math.min(this.lookAt, timeline.now + ms * random.between(0.95, 1.05))
  }

  #say(line: string): void {
    this.#world.say(line)
  }

  #ports(process: Process): TenantPorts {
    const { fixed, node, random, timeline } = this.#world
    const alive = () => {
      if (!process.isAlive) throw new Crashed('The process is gone.')
    }
    const answer = async (url: Parameters<typeof fetch>[0]): Promise<Response> => {
      await this.#passBy(process)
      return node.answer(url)
    }
    return {
      ...fixed,
      memory: process.memory,
      cluster: this.#cluster(process),
      runtime: createHttpProbe(answer),
      recorder: { event: (_about, _type, reason, message) => this.#say(`event ${reason}: ${message}`) },
      fence: alive,
      random: (bytes) => random.bytes(bytes),
      now: this.wall.now,
      monotonic: () => timeline.now - process.startedAt,
      pause: (ms) => timeline.pass(ms),
    }
  }

  /** Time goes by with each call; what happens meanwhile happens. */
  async #passBy(process: Process): Promise<void> {
    const { random, timeline } = this.#world
    await timeline.pass(random.chance(0.005) ? random.between(100, 5000) : random.between(1, 15))
    if (!process.isAlive) throw new Crashed('The process is gone.')
  }

  #moment(process: Process): void {
    this.crashIn -= 1
    if (this.crashIn > 0) return
    this.crash(this.#world.random.logBetween(5_000, 600_000))
    if (!process.isAlive) throw new Crashed('The process is gone.')
  }

  #cluster(process: Process): Cluster {
    const { server } = this.#world
    const fails = () => {
      this.failing = Math.max(this.failing - 1, 0)
      return this.failing > 0
    }
    const read = async <T>(call: (server: ApiServer) => T): Promise<T> => {
      await this.#passBy(process)
      if (fails()) throw new KubeUnavailable('The API server is away.')
      return call(server)
    }
    const write = async <T>(call: (server: ApiServer) => T): Promise<T> => {
      await this.#passBy(process)
      if (fails()) throw new KubeUnavailable('The API server is away.')
      this.#moment(process)
      const done = call(server)
      this.#moment(process)
      await this.#passBy(process)
      // It was done, and nobody will know.
      if (fails()) throw new KubeTimeout('There was no answer in time.', { outcomeUnknown: true })
      return done
    }
    return clusterOver({ read, write })
  }
}
