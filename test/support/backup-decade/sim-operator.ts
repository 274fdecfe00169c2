import { bundleName, type BackupName } from '../../../operator/src/backups/object-name.ts'
import { type Cron, parseCron } from '../../../operator/src/controllers/backup/cron.ts'
import { decideRun } from '../../../operator/src/controllers/backup/decide-run.ts'
import { dueSlot, nextRunAt } from '../../../operator/src/controllers/backup/due.ts'
import { expiryOf } from '../../../operator/src/controllers/backup/expiry.ts'
import { begun, completed } from '../../../operator/src/controllers/backup/ledger.ts'
import { nextRuns } from '../../../operator/src/controllers/backup/next-runs.ts'
import { scheduledRunName } from '../../../operator/src/controllers/backup/run-name.ts'
import { type ReadManifest, refKey } from '../../../operator/src/controllers/backup/sweep/proof.ts'
import { sweepEveryMs } from '../../../operator/src/controllers/backup/sweep/slot.ts'
import { type Sweep, sweep } from '../../../operator/src/controllers/backup/sweep/sweep.ts'
import { type ObjectRef } from '../../../operator/src/providers/backups/port.ts'
import { type Random } from '../key-year/random.ts'
import { type Timeline } from '../key-year/timeline.ts'
import { type Laws } from './laws.ts'
import { type SimCluster, type SimRun, type SimTenant, jobName } from './sim-cluster.ts'
import { type SimStore } from './sim-store.ts'
import { type WorldClock } from './world-clock.ts'

class Crash extends Error {}

/** Of six sweeps one comes to anything: what is claimed holds all the same. */
const oneInSixMs = 6 * sweepEveryMs

export interface OperatorParts {
  installationID: string
  atOnce: number
  timeline: Timeline
  clock: WorldClock
  cluster: SimCluster
  store: SimStore
  laws: Laws
  random: Random
  startJob: (tenantID: string, sequence: number) => void
}

/**
 * An operator that decides with what is shipped, and does with simulated hands what was decided, one effect after the
 * other; between any two of them it may crash.
 */
export class SimOperator {
  looks = 0
  sweeps = 0
  crashes = 0
  /** It crashes at the effect of this number from now on. */
  crashIn = Infinity
  #isUp = true
  /** Who counts up is a process; an old one's timers are nobody's. */
  #process = 0
  #timer = 0
  #sweepAt = -Infinity
  #manifests = new Map<string, ReadManifest>()
  readonly #parts: OperatorParts

  constructor(parts: OperatorParts) {
    this.#parts = parts
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** Until it is up again. */
  crash(ms: number): void {
    const { timeline, laws } = this.#parts
    this.crashes += 1
    this.crashIn = Infinity
    this.#isUp = false
    const process = (this.#process += 1)
    laws.changed()
    timeline.after(ms, () => {
      if (process !== this.#process) return
      this.#isUp = true
      this.#sweepAt = -Infinity
      this.#manifests = new Map()
      laws.changed()
      this.look()
    })
  }

  look(): void {
    if (!this.#isUp) return
    this.looks += 1
    try {
      this.#judgeRuns()
      this.#sweep()
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      this.crash(this.#parts.random.logBetween(1_000, 600_000))
      return
    }
    this.#lookAgain()
  }

  #lookAgain(): void {
    const { timeline, clock, cluster } = this.#parts
    const wall = clock.wall()
    const moments = [...this.#scheduled()].map(({ tenant, cron }) =>
      nextRunAt(this.#schedule(tenant, cron, wall)).getTime(),
    )
    for (const run of cluster.runs.values()) {
      const decision = this.#decide(run, wall)
      if (decision.do === 'wait') moments.push(decision.until.getTime())
    }
    const sweepMs = this.#sweepAt - timeline.now
    const soonest = Math.min(sweepMs, ...moments.map((moment) => moment - wall.getTime()))
    const timer = (this.#timer += 1)
    timeline.after(Math.max(soonest, 60_000), () => {
      if (timer === this.#timer) this.look()
    })
  }

  *#scheduled(): Generator<{ tenant: SimTenant; cron: Cron }> {
    for (const tenant of this.#parts.cluster.tenants.values()) {
      if (tenant.terminatedAt) continue
      const parsed = parseCron(tenant.schedule)
      if ('fault' in parsed) throw new Error(parsed.fault)
      yield { tenant, cron: parsed.cron }
    }
  }

  #schedule({ tenantID, provisionedAt }: SimTenant, cron: Cron, now: Date) {
    return { tenantID, cron, since: provisionedAt, slots: this.#parts.cluster.ledger(tenantID).slots, now }
  }

  #due(tenantID: string, now: Date): { slot: Date; cron: Cron } | undefined {
    const tenant = this.#parts.cluster.tenants.get(tenantID)
    const parsed = parseCron(tenant?.schedule ?? '')
    if (!tenant || tenant.terminatedAt || 'fault' in parsed) return undefined
    const slot = dueSlot(this.#schedule(tenant, parsed.cron, now))
    return slot && { slot, cron: parsed.cron }
  }

  #decide(run: SimRun, now: Date) {
    const ledger = this.#parts.cluster.ledger(run.tenantID)
    return decideRun(run, { ledger, due: this.#due(run.tenantID, now)?.slot, now })
  }

  #judgeRuns(): void {
    const { clock, cluster, atOnce } = this.#parts
    const now = clock.wall()
    this.#recordEnds()
    for (const { tenant, cron } of [...this.#scheduled()]) this.#openScheduled(tenant, cron, now)
    const waiting: SimRun[] = []
    const running = new Set<string>()
    for (const run of [...cluster.runs.values()]) {
      const decision = this.#decide(run, now)
      if (decision.do === 'run') {
        running.add(run.tenantID)
        this.#makeJob(run, decision.sequence)
      } else if (decision.do === 'begin') waiting.push(run)
      else if (decision.do !== 'wait') this.#effect(() => cluster.runs.delete(run.name))
    }
    const candidates = waiting.map(({ tenantID, name, reason, madeAt }) => ({
      tenantID,
      name,
      reason,
      since: madeAt,
    }))
    for (const { name } of nextRuns({ waiting: candidates, running, atOnce, lastBegan: cluster.lastBegan }))
      this.#begin(cluster.runs.get(name)!, now)
  }

  #openScheduled(tenant: SimTenant, cron: Cron, now: Date): void {
    const { cluster } = this.#parts
    const { tenantID } = tenant
    const slot = dueSlot(this.#schedule(tenant, cron, now))
    if (!slot) return
    const name = scheduledRunName(tenantID, slot)
    if (cluster.runs.has(name)) return
    const run: SimRun = { name, tenantID, slot, reason: 'Scheduled', madeAt: now, failures: 0 }
    this.#effect(() => cluster.runs.set(name, run))
  }

  #begin(run: SimRun, now: Date): void {
    const { cluster, laws, random } = this.#parts
    const { tenantID, name, slot, reason, failed } = run
    const due = this.#due(tenantID, now)
    const scheduled = slot && !failed && due ? { slot, cron: due.cron, now } : undefined
    const tenant = cluster.tenants.get(tenantID)
    const own = reason === 'Manual' && random.chance(0.3) ? 1 + random.below(89) : undefined
    const startedAt = new Date(Math.floor(now.getTime() / 1000) * 1000)
    const retentionDays = own ?? tenant?.retentionDays ?? 1
    const expiresAt = expiryOf({ startedAt, retentionDays, terminatedAt: tenant?.terminatedAt })
    this.#effect(() => {
      const ledger = begun(cluster.ledger(tenantID), name, scheduled, { startedAt, expiresAt })
      cluster.ledgers.set(tenantID, ledger)
      cluster.lastBegan.set(tenantID, now)
      laws.numbered(tenantID, ledger.sequence)
      if (scheduled && tenant) laws.slotBegan(tenant, scheduled.slot, now)
    })
    this.#makeJob(run, cluster.ledger(tenantID).sequence)
  }

  /** What its attempt is to make stands in the ledger: a Job that a crash kept from being made makes the same. */
  #makeJob({ tenantID, name }: SimRun, sequence: number): void {
    const { cluster, installationID, startJob, laws } = this.#parts
    const key = jobName(tenantID, sequence)
    if (cluster.jobs.has(key)) return
    const { startedAt = '', expiresAt = '' } = cluster.ledger(tenantID).current ?? {}
    const dates = { startedAt: new Date(startedAt), expiresAt: new Date(expiresAt) }
    const of: BackupName = { installationID, tenantID, sequence, ...dates }
    this.#effect(() => {
      cluster.jobs.set(key, { run: name, of, isRunning: true })
      startJob(tenantID, sequence)
      laws.running([...cluster.jobs.values()].filter(({ isRunning }) => isRunning).length)
    })
  }

  #recordEnds(): void {
    const { cluster } = this.#parts
    for (const [key, { run: name, of, ended }] of [...cluster.jobs]) {
      if (!ended) continue
      const { sha256, at } = ended
      const { tenantID, sequence } = of
      const run = cluster.runs.get(name)
      if (sha256 !== undefined) {
        const dates = { startedAt: of.startedAt.toISOString(), expiresAt: of.expiresAt.toISOString() }
        const newest = { sequence, object: bundleName(of), sha256, ...dates }
        this.#effect(() => cluster.ledgers.set(tenantID, completed(cluster.ledger(tenantID), newest)))
        this.#effect(() => cluster.runs.delete(name))
      } else if (run && (run.failed?.sequence ?? 0) < sequence) {
        const failures = run.failures + 1
        this.#effect(() => cluster.runs.set(name, { ...run, failures, failed: { sequence, at } }))
      }
      this.#effect(() => cluster.jobs.delete(key))
    }
  }

  #sweep(): void {
    const { timeline, store } = this.#parts
    if (timeline.now < this.#sweepAt) return
    this.#sweepAt = timeline.now + sweepEveryMs
    this.sweeps += 1
    const plan = this.#trying(() => this.#plan())
    if (!plan) return
    for (const object of plan.remove) this.#remove(object)
    for (const upload of plan.abort) this.#effect(() => this.#trying(() => store.abort(upload)))
    if (!store.deniesDeletes) this.#sweepAt = timeline.now + oneInSixMs
  }

  #remove(object: ObjectRef): void {
    const { laws, store } = this.#parts
    this.#effect(() =>
      this.#trying(() => {
        const was = store.objects.get(object.name)
        store.remove(object)
        if (was) laws.removed(was)
      }),
    )
  }

  /** Reads what it is asked to read, until there is nothing more to ask. */
  #plan(): Sweep {
    const { installationID, cluster, clock, store } = this.#parts
    const running = [...cluster.jobs.values()].filter(({ isRunning }) => isRunning)
    const look = {
      ...{ installationID, objects: store.list(), halfUploads: store.halfUploads() },
      ...{ tenants: cluster.known(), memory: cluster.memory, damaged: cluster.damaged, now: clock.wall() },
      running: new Set(running.map(({ of }) => bundleName(of))),
    }
    while (true) {
      const plan = sweep({ ...look, manifests: this.#manifests })
      if (plan.unread.length === 0) return plan
      for (const ref of plan.unread) this.#manifests.set(refKey(ref), store.read(ref))
    }
  }

  /** What the store refuses is tried again at the next look. */
  #trying<T>(act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('STORE_'))
        return undefined
      throw error
    }
  }

  #effect(act: () => unknown): void {
    this.crashIn -= 1
    if (this.crashIn > 0) {
      act()
      return
    }
    // The process goes before its effect, or after it and before it knew.
    if (this.#parts.random.chance(0.5)) act()
    throw new Crash('The operator was killed.')
  }
}
