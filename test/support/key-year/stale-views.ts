import { createReconciler } from '../../../operator/src/controllers/tenant/reconcile.ts'
import { type TenantPorts } from '../../../operator/src/controllers/tenant/ports.ts'
import { type TenantStatus } from '../../../operator/src/api/v1alpha1/tenant.ts'
import { checkKey } from '../../../operator/src/providers/keys/check-key.ts'
import { createHttpProbe } from '../../../operator/src/providers/runtime/http-probe.ts'
import { type GeneratedKey } from '../../../operator/src/providers/keys/port.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { SimulatedDatabase } from '../../operator/controllers/tenant/simulated-database.ts'
import { type ApiServer } from './api-server.ts'
import { clusterOver } from './cluster-over.ts'
import { SeenObjects } from './seen-objects.ts'
import { type TenantLife, remembered } from './tenant-life.ts'
import { operatorIdentity, tenantName } from './tenant-world.ts'
import { unwatched } from './watch-memory.ts'

interface Change {
  object: KubeObject
  isGone: boolean
}

/** What an operator works on: the server that answers, its own clock, and what it did to the database. */
interface Process {
  server: ApiServer
  elapsed: number
  statements: string[]
}

const keyOf = ({ kind, metadata: { namespace = '', name } }: KubeObject) => `${kind} ${namespace}/${name}`
/** Longer than any wait. */
const agesMs = 1e10
const check = remembered(checkKey)

/**
 * An operator whose watches stopped at some moment of the past: every moment, one after the other. It was there for
 * ages, so that no wait of its own holds it back. What each would do is done in a copy of the world.
 */
export class StaleViews {
  readonly #life: TenantLife
  readonly #changes: Change[] = []
  readonly #spare: GeneratedKey

  /** A key that is the next one in every copy. */
  constructor(life: TenantLife, spare: GeneratedKey) {
    this.#life = life
    this.#spare = spare
    for (const object of life.server.all()) this.#hear({ object, isGone: false })
    life.server.watch((object, isGone) => this.#hear({ object, isGone }))
  }

  /** How many pasts there are; the last is the present. */
  get pasts(): number {
    return this.#changes.length + 1
  }

  /** What comes of the look of an operator that knows the first so many changes: each object that it changed, as text. */
  async from(past: number): Promise<Map<string, string>> {
    const before = this.#life.server
    const after = before.fork()
    const memory = new SeenObjects()
    const process: Process = { server: before.fork(), elapsed: 0, statements: [] }
    const ports = this.#ports(memory, process)
    const reconcile = createReconciler(ports, { resyncMs: agesMs })
    this.#remember(memory, past)
    await reconcile(tenantName)
    memory.clear()
    this.#remember(memory, past)
    Object.assign(process, { server: after, elapsed: agesMs })
    await reconcile(tenantName)
    const changes = changesBetween(before, after)
    if (process.statements.length > 0) changes.set('database', process.statements.join(', '))
    return changes
  }

  #hear(change: Change): void {
    if (!unwatched.has(change.object.kind)) this.#changes.push(change)
  }

  #remember(memory: SeenObjects, past: number): void {
    for (const { object, isGone } of this.#changes.slice(0, past)) {
      if (isGone) memory.forget(object)
      else memory.learn(object)
    }
  }

  #ports(memory: SeenObjects, process: Process): TenantPorts {
    const asked = <T>(call: (server: ApiServer) => T) => Promise.resolve(process.server).then(call)
    const { node, operator } = this.#life
    const database = new SimulatedDatabase((what) => process.statements.push(what))
    Object.assign(database.state, structuredClone(this.#life.database.state))
    return {
      memory,
      cluster: clusterOver({ read: asked, write: asked }),
      database,
      keys: { generate: () => Promise.resolve(this.#spare), close: () => Promise.resolve() },
      ...{ checkKey: check, isPublicSuffix: () => false },
      runtime: createHttpProbe((url) => node.answer(url)),
      recorder: { event: () => {} },
      fence: () => {},
      random: (bytes) => new Uint8Array(bytes),
      now: operator.wall.now,
      monotonic: () => process.elapsed,
      pause: () => Promise.resolve(),
      ...{ operator: operatorIdentity, installationID: 'installation-1' },
    }
  }
}

/** Objects that are not as they were, as text; empty of one that is gone. */
function changesBetween(before: ApiServer, after: ApiServer): Map<string, string> {
  const then = new Map(before.all().map((object) => [keyOf(object), object]))
  const now = new Map(after.all().map((object) => [keyOf(object), object]))
  const changes = new Map<string, string>()
  for (const [key, object] of now) {
    const text = told(object)
    const old = then.get(key)
    if (!old || (old !== object && told(old) !== text)) changes.set(key, text)
  }
  for (const key of then.keys()) if (!now.has(key)) changes.set(key, '')
  return changes
}

/** Without what every write moves; of what is said of a tenant, what is said of its keys. */
function told({ metadata, status, ...object }: KubeObject & { status?: unknown }): string {
  const keys = (status as TenantStatus | undefined)?.keys
  return JSON.stringify({
    ...object,
    metadata: { ...metadata, resourceVersion: '' },
    status: object.kind === 'KiaviTenant' ? keys : status,
  })
}
