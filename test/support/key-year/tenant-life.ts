import { annotation, child } from '../../../operator/src/api/v1alpha1/names.ts'
import { type TenantStatus } from '../../../operator/src/api/v1alpha1/tenant.ts'
import { checkKey } from '../../../operator/src/providers/keys/check-key.ts'
import { type GeneratedKey, type KeyCheck } from '../../../operator/src/providers/keys/port.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { SimulatedDatabase } from '../../operator/controllers/tenant/simulated-database.ts'
import { ApiServer } from './api-server.ts'
import { Histories, type PhaseChange, isMaster } from './key-history.ts'
import { Node } from './node.ts'
import { Operator } from './operator.ts'
import { type Random } from './random.ts'
import { type Clash, ServiceRecord } from './service-record.ts'
import { type KeySpec, furnish, operatorIdentity, specOf, tenantName } from './tenant-world.ts'
import { Timeline } from './timeline.ts'
import { Trail } from './trail.ts'

export interface LifeOptions {
  random: Random
  start: number
  spec: KeySpec
  replicas: number
  nextKey: () => GeneratedKey
  clash: (clash: Clash) => void
  changed: (change: PhaseChange) => void
}

/** One tenant with everything that it lives in. */
export class TenantLife {
  readonly timeline: Timeline
  readonly server: ApiServer
  readonly node: Node
  readonly operator: Operator
  readonly database = new SimulatedDatabase(() => {})
  readonly histories = new Histories()
  readonly record: ServiceRecord
  readonly trail: Trail
  spec: KeySpec
  readonly replicas: number
  askedRotation: string | undefined
  #cacheSeconds: number
  #specGeneration = 1

  constructor({ random, start, spec, replicas, nextKey, clash, changed }: LifeOptions) {
    this.timeline = new Timeline(start)
    this.trail = new Trail(() => this.timeline.now - start)
    this.server = new ApiServer(() => new Date(this.timeline.now))
    this.spec = spec
    this.replicas = replicas
    this.#cacheSeconds = spec.verifierCacheSeconds
    this.record = new ServiceRecord(this.histories, clash)
    const told = {
      serves: (pod: Parameters<ServiceRecord['serves']>[0]) => {
        this.record.serves(pod, this.timeline.now)
        this.trail.say(`${pod.name} (${pod.state}) serves version ${pod.keySet?.version ?? 'none'}`)
      },
      refused: (pod: { name: string }, why: Error) => {
        throw new Error(`${pod.name} refuses its keys.`, { cause: why })
      },
    }
    this.node = new Node(this.server, this.timeline, { random, told, say: this.trail.say })
    furnish(this.server, spec, replicas)
    this.record.holdFor(spec.verifierCacheSeconds, [], start)
    this.server.watch((object) => this.#heard(object, changed))
    const keys = { generate: () => Promise.resolve(nextKey()), close: () => Promise.resolve() }
    this.operator = new Operator({
      ...{ server: this.server, timeline: this.timeline, node: this.node, random, say: this.trail.say },
      tenant: tenantName,
      fixed: {
        database: this.database,
        ...{ keys, checkKey: remembered(checkKey), isPublicSuffix: () => false },
        ...{ operator: operatorIdentity, installationID: 'installation-1' },
      },
    })
    this.operator.start()
  }

  /** Lives until then; what happens comes from the timeline and from looks. */
  async until(end: number): Promise<void> {
    const { timeline, operator } = this
    while (Math.min(timeline.nextAt, operator.lookAt) < end) {
      if (timeline.nextAt <= operator.lookAt) await timeline.step()
      else {
        timeline.moveTo(operator.lookAt)
        await operator.look()
      }
    }
    timeline.moveTo(end)
  }

  status(): TenantStatus {
    return this.#tenant()['status'] ?? {}
  }

  /** Somebody changes the spec. Who lowers a cache has told the verifiers before; who raises one tells them after. */
  edit(change: Partial<KeySpec>): void {
    this.spec = { ...this.spec, ...change }
    this.server.patch('KiaviTenant', tenantName, { spec: specOf(this.spec, this.replicas) })
    this.#specGeneration = this.#tenant().metadata.generation ?? 0
    this.#hold(Math.min(this.#cacheSeconds, this.spec.verifierCacheSeconds))
    this.operator.poke(100)
  }

  askForRotation(nonce: string): void {
    this.askedRotation = nonce
    const annotations = { [annotation.rotateKeys]: nonce }
    this.server.patch('KiaviTenant', tenantName, { metadata: { annotations } })
    this.operator.poke(100)
  }

  /** As `kubectl rollout restart` does. */
  rollOut(): void {
    const [deployment] = this.server.list('Deployment')
    if (!deployment) return
    const restarted = { 'kubectl.kubernetes.io/restartedAt': new Date(this.timeline.now).toISOString() }
    const template = { metadata: { annotations: restarted } }
    this.server.patch('Deployment', deployment.metadata, { spec: { template } })
  }

  /** Somebody deletes the copy that pods mount. */
  deleteMounted(): void {
    const mounted = this.server.list('Secret').find(({ metadata }) => metadata.name === child.signingKeys)
    if (mounted) this.server.remove('Secret', mounted.metadata)
  }

  #tenant(): KubeObject {
    const found = this.server.get('KiaviTenant', tenantName)
    if (!found) throw new Error('The tenant is gone.')
    return found
  }

  #hold(seconds: number): void {
    if (seconds === this.#cacheSeconds) return
    this.#cacheSeconds = seconds
    this.record.holdFor(seconds, this.node.pods.values(), this.timeline.now)
  }

  #heard(object: KubeObject, changed: (change: PhaseChange) => void): void {
    if (object.kind === 'KiaviTenant') {
      // Verifiers are told of a longer cache once the operator has taken note of it.
      const { observedGeneration = 0 } = this.status()
      if (observedGeneration >= this.#specGeneration) this.#hold(this.spec.verifierCacheSeconds)
    }
    if (!isMaster(object, this.status().tenantID ?? '')) return
    for (const change of this.histories.read(object, this.timeline.now)) {
      const { kid, from = 'nothing', to, revoked } = change
      this.trail.say(
        `key ${kid.slice(0, 6)}: ${from} -> ${to}${revoked ? ', revoked' : ''}, version ${this.histories.version}`,
      )
      changed(change)
    }
  }
}

/** The shipped check is pure and asked for the same keys again and again. */
export function remembered(check: KeyCheck): KeyCheck {
  const passed = new Set<string>()
  return (key, pem) => {
    const asked = `${key.kid} ${key.n} ${key.e} ${pem}`
    if (!passed.has(asked)) check(key, pem)
    passed.add(asked)
  }
}
