import { type Random } from '../key-year/random.ts'
import { Timeline } from '../key-year/timeline.ts'
import { Trail } from '../key-year/trail.ts'
import { Laws } from './laws.ts'
import { SimCluster, type SimTenant } from './sim-cluster.ts'
import { runJob } from './sim-jobs.ts'
import { SimOperator } from './sim-operator.ts'
import { SimStore } from './sim-store.ts'
import { WorldClock } from './world-clock.ts'

const dayMs = 86_400_000

/** Ends of months, days of the week, leap days: what a calendar gets wrong. */
const schedules = [
  '0 2 * * *',
  '0 2 * * *',
  '30 */12 * * *',
  '0 3 * * 0',
  '5 1 * * 1-5',
  '59 23 28-31 * *',
  '15 4 1,15 * *',
  '0 2 31 * *',
  '45 0 29 2,3 *',
]

/** One class with its store, its cluster and its tenants. */
export class Fleet {
  readonly timeline: Timeline
  readonly clock: WorldClock
  readonly cluster = new SimCluster()
  readonly store: SimStore
  readonly laws: Laws
  readonly operator: SimOperator
  readonly trail: Trail
  readonly random: Random
  tenantsMade = 0

  constructor(random: Random, { start, kind }: { start: Date; kind: SimStore['kind'] }) {
    this.random = random
    const timeline = (this.timeline = new Timeline(start.getTime()))
    const clock = (this.clock = new WorldClock(timeline))
    const cluster = this.cluster
    const store = (this.store = new SimStore(kind, clock))
    this.trail = new Trail(() => timeline.now - start.getTime())
    const { say } = this.trail
    const atOnce = 2
    const laws = new Laws({ timeline, clock, cluster, store, atOnce, isUp: () => this.operator.isUp, say })
    this.laws = laws
    const jobs = random.fork('jobs')
    this.operator = new SimOperator({
      ...{ installationID: 'decade-of-backups', atOnce, timeline, clock, cluster, store, laws },
      random: random.fork('operator'),
      startJob: (tenantID, sequence) => {
        say(`Job ${tenantID}-${sequence} begins`)
        const ended = () => this.operator.look()
        runJob(tenantID, sequence, { timeline, clock, cluster, store, laws, random: jobs, ended })
      },
    })
    laws.changed()
  }

  /** A tenant that wants what tenants want. */
  addTenant(): SimTenant {
    this.tenantsMade += 1
    const tenant: SimTenant = {
      tenantID: `t${String(this.tenantsMade).padStart(9, '0')}`,
      schedule: this.drawSchedule(),
      retentionDays: this.drawRetention(),
      provisionedAt: new Date(this.timeline.now),
    }
    this.cluster.tenants.set(tenant.tenantID, tenant)
    this.trail.say(`${tenant.tenantID} comes: ${tenant.schedule}, kept for ${tenant.retentionDays} days`)
    return tenant
  }

  drawSchedule(): string {
    return this.random.pick(schedules)
  }

  drawRetention(): number {
    if (this.random.chance(0.3)) return 30
    return 1 + this.random.below(this.random.chance(0.5) ? 20 : 89)
  }

  living(): SimTenant[] {
    return [...this.cluster.tenants.values()].filter(({ terminatedAt }) => !terminatedAt)
  }

  change(tenant: SimTenant, change: Partial<SimTenant>): void {
    const changed = { ...tenant, ...change }
    this.cluster.tenants.set(tenant.tenantID, changed)
  }

  /** Its end is asked for; a month later its last backup is made, and then its data go, unless a court has them stay. */
  terminate({ tenantID }: SimTenant): void {
    this.laws.terminated(tenantID)
    this.#later(tenantID, 0, (tenant) => this.change(tenant, { terminatedAt: new Date(this.timeline.now) }))
    this.#later(tenantID, 29.5 * dayMs, () => {
      const name = `${tenantID}-final`
      const madeAt = this.clock.wall()
      this.cluster.runs.set(name, { name, tenantID, reason: 'Final', madeAt, failures: 0 })
      this.operator.look()
    })
    const erasedAfter = this.random.chance(0.3) ? 150 : 30.5
    this.#later(tenantID, erasedAfter * dayMs, (tenant) => this.change(tenant, { isErased: true }))
  }

  /** Of a tenant that was erased nothing is remembered once nothing is left. */
  forgetErased(): void {
    for (const { tenantID, isErased } of this.cluster.tenants.values()) {
      if (!isErased) continue
      const isLeft = [...this.store.objects.keys()].some((name) => name.split('/')[1] === tenantID)
      if (!isLeft) this.cluster.tenants.delete(tenantID)
    }
  }

  #later(tenantID: string, ms: number, run: (tenant: SimTenant) => void): void {
    this.timeline.after(ms, () => {
      const tenant = this.cluster.tenants.get(tenantID)
      if (tenant) run(tenant)
    })
  }
}
