import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { createBackupGauges, type ShownBackups } from './backup-gauges.ts'
import { type ShownStore, createClassGauges } from './class-gauges.ts'
import { createDrillGauges, type ShownDrills } from './drill-gauges.ts'
import { createKeyGauges, type ShownKey } from './key-gauges.ts'
import { createKeptMetrics } from './kept-metrics.ts'

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
}

export interface QueueDepth {
  ready: number
  waiting: number
  running: number
}

export type Metrics = ReturnType<typeof createMetrics>

const statuses = ['True', 'False', 'Unknown'] as const

/** Everything that the operator counts, in a registry of its own. */
export function createMetrics({ processMetrics = true } = {}) {
  const registry = new Registry()
  const registers = [registry]
  if (processMetrics) collectDefaultMetrics({ register: registry })

  const reconciles = new Counter({
    name: 'kiavi_reconcile_total',
    help: 'Reconciles that ended, by controller and result (done, after, retry).',
    labelNames: ['controller', 'result'],
    registers,
  })
  const reconcileSeconds = new Histogram({
    name: 'kiavi_reconcile_duration_seconds',
    help: 'How long a reconcile took.',
    labelNames: ['controller'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    registers,
  })
  const reconcileErrors = new Counter({
    name: 'kiavi_reconcile_errors_total',
    help: 'Reconciles that ended in an error, by its code; conflicts are no errors.',
    labelNames: ['controller', 'code'],
    registers,
  })
  const queueDepth = new Gauge({
    name: 'kiavi_workqueue_depth',
    help: 'Keys in the work queue: ready (a worker is missing), waiting (for their time), running.',
    labelNames: ['controller', 'state'],
    registers,
  })
  const apiRequests = new Counter({
    name: 'kiavi_api_requests_total',
    help: 'Requests to the API server, by verb, kind and HTTP status (or our error code when no answer came).',
    labelNames: ['verb', 'kind', 'code'],
    registers,
  })
  const apiSeconds = new Histogram({
    name: 'kiavi_api_request_duration_seconds',
    help: 'Time until the API server answered; for a watch, until it was open.',
    labelNames: ['verb', 'kind'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const watchRestarts = new Counter({
    name: 'kiavi_watch_restarts_total',
    help: 'Watches that had to be opened again, by kind and reason.',
    labelNames: ['kind', 'reason'],
    registers,
  })
  const watchErrors = new Counter({
    name: 'kiavi_watch_errors_total',
    help: 'Errors that a watch survived, its handlers included.',
    labelNames: ['kind'],
    registers,
  })
  const conditions = new Gauge({
    name: 'kiavi_tenant_condition',
    help: '1 for the status that a condition of a tenant has, 0 for the others.',
    labelNames: ['namespace', 'name', 'type', 'status'],
    registers,
  })
  const leader = new Gauge({
    name: 'kiavi_leader',
    help: '1 while this process leads.',
    registers,
  })
  const keys = createKeyGauges(registers)
  const backups = createBackupGauges(registers)
  const classes = createClassGauges(registers)
  const drills = createDrillGauges(registers)
  const kept = createKeptMetrics(registers)
  const known = new Map<string, Set<string>>()
  const queues = new Map<string, () => QueueDepth>()

  function forgetConditions(namespace: string, name: string): void {
    const key = `${namespace}/${name}`
    for (const type of known.get(key) ?? []) {
      for (const status of statuses) conditions.remove({ namespace, name, type, status })
    }
    known.delete(key)
  }

  function forgetTenant(namespace: string, name: string): void {
    forgetConditions(namespace, name)
    keys.forget({ namespace, name })
    backups.forget({ namespace, name })
    drills.forget({ namespace, name })
    kept.forget({ namespace, name })
  }

  return {
    reconciled(controller: string, result: string, seconds: number, errorCode?: string): void {
      reconciles.inc({ controller, result })
      reconcileSeconds.observe({ controller }, seconds)
      if (errorCode !== undefined) reconcileErrors.inc({ controller, code: errorCode })
    },
    /** The figures are asked for when somebody scrapes. */
    watchQueue(controller: string, depth: () => QueueDepth): void {
      queues.set(controller, depth)
    },
    apiAnswered(verb: string, kind: string, code: string, seconds: number): void {
      apiRequests.inc({ verb, kind, code })
      apiSeconds.observe({ verb, kind }, seconds)
    },
    watchRestarted: (kind: string, reason: string) => watchRestarts.inc({ kind, reason }),
    watchFailed: (kind: string) => watchErrors.inc({ kind }),
    tenantKeys: (namespace: string, name: string, all: readonly ShownKey[]) =>
      keys.set({ namespace, name }, all),
    tenantBackups: (namespace: string, name: string, shown: ShownBackups) =>
      backups.set({ namespace, name }, shown),
    tenantDrills: (namespace: string, name: string, shown: ShownDrills) =>
      drills.set({ namespace, name }, shown),
    journalTaken: (entries: number) => kept.journalTaken(entries),
    recoverySet: (tenant: { namespace: string; name: string } | undefined, at: Date | undefined) =>
      kept.recoverySet(tenant, at),
    tenantConditions(namespace: string, name: string, all: readonly Condition[]): void {
      forgetConditions(namespace, name)
      for (const { type, status } of all) {
        for (const each of statuses)
          conditions.set({ namespace, name, type, status: each }, each === status ? 1 : 0)
      }
      known.set(`${namespace}/${name}`, new Set(all.map(({ type }) => type)))
    },
    forgetTenant,
    classSays: (className: string, says: readonly Condition[], store: ShownStore | undefined) =>
      classes.set(className, says, store),
    forgetClass: (className: string) => classes.forget(className),
    leading: (yes: boolean) => leader.set(yes ? 1 : 0),
    contentType: registry.contentType,
    /** The text that Prometheus reads. */
    text(): Promise<string> {
      for (const [controller, depth] of queues) {
        for (const [state, count] of Object.entries<number>({ ...depth() }))
          queueDepth.set({ controller, state }, count)
      }
      return registry.metrics()
    },
  }
}
