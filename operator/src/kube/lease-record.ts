import { type Clock } from './clock.ts'
import { KubeAlreadyExists, KubeConflict, KubeNotFound } from './errors.ts'
import { microTime } from './micro-time.ts'
import { collectionPath, objectPath } from './paths.ts'
import { type KubeObject } from './port.ts'
import { kinds } from './resource-kinds.ts'
import { type Transport } from './transport.ts'

export interface LeaseSpec {
  holderIdentity?: string
  leaseDurationSeconds?: number
  acquireTime?: string
  renewTime?: string
  leaseTransitions?: number
}

type Lease = KubeObject & { spec?: LeaseSpec }

export interface LeaseRecordOptions {
  transport: Transport
  namespace: string
  name: string
  /** Unique for each process. */
  identity: string
  clock: Clock
  durationMs: number
}

/** Limit of a call about the Lease, in milliseconds: shorter than others, so that two tries fit before the deadline. */
const callLimitMs = 5_000

/**
 * One Lease object and our view of it. `hold` and `release` decide with the resourceVersion they saw, so that of
 * two that try at once one is refused. Nobody's timestamps are compared with our clock: a foreign Lease counts as
 * expired when *we* have seen it unchanged for its whole duration.
 */
export class LeaseRecord {
  readonly #options: LeaseRecordOptions
  #ours: Lease | undefined
  #foreign: { resourceVersion: string; seenAt: number } | undefined

  constructor(options: LeaseRecordOptions) {
    this.#options = options
  }

  /** How often the Lease has changed hands. */
  get epoch(): number {
    return this.#ours?.spec?.leaseTransitions ?? 0
  }

  /** Takes or renews the Lease. False: somebody else holds it, or was faster. */
  async hold(signal: AbortSignal): Promise<boolean> {
    try {
      this.#ours = this.#ours ? await this.#renew(this.#ours, signal) : await this.#take(signal)
    } catch (error) {
      // Deleted or made meanwhile: whoever writes it first leads, and that we did is written nowhere.
      if (!(error instanceof KubeAlreadyExists || error instanceof KubeNotFound)) throw error
      this.#ours = undefined
    }
    return this.#ours !== undefined
  }

  /** Gives it back, so that the next one need not wait. Content when it is somebody else's already. */
  async release(): Promise<void> {
    const lease = this.#ours
    this.#ours = this.#foreign = undefined
    if (!lease) return
    const change = { holderIdentity: '', leaseDurationSeconds: 1, renewTime: this.#now() }
    try {
      await this.#put(lease, change)
    } catch (error) {
      if (!(error instanceof KubeConflict || error instanceof KubeNotFound)) throw error
    }
  }

  async #renew(lease: Lease, signal: AbortSignal): Promise<Lease | undefined> {
    const change = { renewTime: this.#now() }
    try {
      return await this.#put(lease, change, signal)
    } catch (error) {
      if (!(error instanceof KubeConflict)) throw error
      // Somebody wrote it; perhaps we did, and did not hear the answer.
      const now = await this.#get(signal)
      return now?.spec?.holderIdentity === this.#options.identity ? this.#put(now, change, signal) : undefined
    }
  }

  async #take(signal: AbortSignal): Promise<Lease | undefined> {
    const { identity, clock, durationMs } = this.#options
    const lease = await this.#get(signal)
    const acquired = { acquireTime: this.#now(), renewTime: this.#now() }
    const mine = { holderIdentity: identity, leaseDurationSeconds: Math.ceil(durationMs / 1000), ...acquired }
    if (!lease) return this.#create({ ...mine, leaseTransitions: 0 }, signal)
    const { holderIdentity, leaseDurationSeconds = 15, leaseTransitions = 0 } = lease.spec ?? {}
    if (holderIdentity && holderIdentity !== identity) {
      const resourceVersion = lease.metadata.resourceVersion ?? ''
      if (this.#foreign?.resourceVersion !== resourceVersion) {
        this.#foreign = { resourceVersion, seenAt: clock.monotonic() }
      }
      if (clock.monotonic() < this.#foreign.seenAt + leaseDurationSeconds * 1000) return undefined
    }
    return this.#put(lease, { ...mine, leaseTransitions: leaseTransitions + 1 }, signal)
  }

  #now(): string {
    return microTime(this.#options.clock.now())
  }

  async #get(signal: AbortSignal): Promise<Lease | undefined> {
    const { transport, namespace, name } = this.#options
    const about = { namespace, name }
    try {
      const path = objectPath(kinds.Lease, about)
      const call = { verb: 'get', kind: kinds.Lease, path, about, timeoutMs: callLimitMs, signal } as const
      return (await transport.json(call)) as Lease
    } catch (error) {
      if (error instanceof KubeNotFound && error.absent) return undefined
      throw error
    }
  }

  async #create(spec: LeaseSpec, signal: AbortSignal): Promise<Lease> {
    const { transport, namespace, name } = this.#options
    const { apiVersion, kind } = kinds.Lease
    return (await transport.json({
      verb: 'create',
      kind: kinds.Lease,
      path: collectionPath(kinds.Lease, namespace),
      body: { apiVersion, kind, metadata: { namespace, name }, spec },
      about: { namespace, name },
      timeoutMs: callLimitMs,
      signal,
    })) as Lease
  }

  async #put(lease: Lease, change: LeaseSpec, signal?: AbortSignal): Promise<Lease> {
    const { transport, namespace, name } = this.#options
    const about = { namespace, name }
    return (await transport.json({
      verb: 'update',
      kind: kinds.Lease,
      path: objectPath(kinds.Lease, about),
      body: { ...lease, spec: { ...lease.spec, ...change } },
      about,
      timeoutMs: callLimitMs,
      ...(signal === undefined ? {} : { signal }),
    })) as Lease
  }
}
