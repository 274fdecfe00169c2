import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { tenantNamespace } from './api/v1alpha1/names.ts'
import { loadConfig } from './config.ts'
import { createBackupReconciler } from './controllers/backup/reconcile.ts'
import { createJournalReconciler } from './controllers/journal/reconcile.ts'
import { createRecovery } from './controllers/recovery/reconcile.ts'
import { createRestoreReconciler } from './controllers/restore/reconcile.ts'
import { createSweepReconciler } from './controllers/sweep/reconcile.ts'
import { createClassReconciler } from './controllers/tenant-class/reconcile.ts'
import { createReconciler } from './controllers/tenant/reconcile.ts'
import { keyOf } from './controllers/tenant/tenant.ts'
import { sleep, systemClock as clock } from './kube/clock.ts'
import { createCluster } from './kube/cluster.ts'
import { type CredentialSource, openAccess } from './kube/credentials.ts'
import { createEventRecorder } from './kube/events.ts'
import { type Leadership, lead } from './kube/lease.ts'
import { lastLine } from './kube/pod-log.ts'
import { type KubeObject } from './kube/port.ts'
import { createTransport } from './kube/transport.ts'
import { type WorkQueue } from './kube/work-queue.ts'
import { encrypt } from './providers/age/encrypt.ts'
import { createPostgresql } from './providers/database/postgresql.ts'
import { checkKey } from './providers/keys/check-key.ts'
import { createKeyGenerator } from './providers/keys/key-generator.ts'
import { isPublicSuffix } from './providers/public-suffix/is-public-suffix.ts'
import { createHttpProbe } from './providers/runtime/http-probe.ts'
import { createLog } from './telemetry/log.ts'
import { createMetrics } from './telemetry/metrics.ts'
import { startProbeServer } from './telemetry/probe-server.ts'
import { openTracing } from './telemetry/tracing.ts'
import { type BackupController, createBackupController } from './wiring/backup-controller.ts'
import { createClassController } from './wiring/class-controller.ts'
import { installationID } from './wiring/installation.ts'
import { type Outside, keepOutside } from './wiring/keep-outside.ts'
import { createMemory } from './wiring/memory.ts'
import { createOfflineStore } from './wiring/offline-store.ts'
import { type RestoreController, createRestoreController } from './wiring/restore-controller.ts'
import { sweepDatabases } from './wiring/sweep.ts'
import { type SweepController, createSweepController } from './wiring/sweep-controller.ts'
import { createTenantController } from './wiring/tenant-controller.ts'

const { values: flags } = parseArgs({
  options: { kubeconfig: { type: 'string' }, context: { type: 'string' }, as: { type: 'string' } },
})
const config = loadConfig(process.env)
const log = createLog({ level: config.logLevel })
const metrics = createMetrics()
const stopping = new AbortController()

/** A watch is opened again after 45 s of silence: so long means that none of them succeeds. */
const quietLimitMs = 300_000
/** Tenants come and go in crowds; the class that counts them is written once for all of them. */
const classPauseMs = 2_000
/** Nobody waits for a sweep; a class changes whenever a tenant of it does. */
const sweepPauseMs = 15_000
/** A tenant that is being made changes many times before it has anything to back up. */
const backupPauseMs = 2_000
/** A stop that hangs is ended before the kubelet does it. */
const stopLimitMs = 25_000

for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.once(name, () => {
    log.info({ signal: name }, 'stopping')
    stopping.abort(new Error(`Stopped by ${name}.`))
    setTimeout(() => process.exit(1), stopLimitMs).unref()
  })
}

process.exit(await end())

/** Runs until told to stop; gives the exit code. */
async function end(): Promise<number> {
  try {
    await run(stopping.signal)
  } catch (error) {
    if (!stopping.signal.aborted) {
      log.error({ err: error }, 'the operator cannot go on')
      return 1
    }
  }
  return 0
}

async function run(signal: AbortSignal): Promise<void> {
  const random = () => Math.random()
  const access = await openAccess(credentialSource())
  const tracing = await openTracing(config.tracing)
  const transport = createTransport({
    access,
    clock,
    random,
    userAgent: 'kiavi-operator',
    hooks: {
      answered: ({ verb, kind }, code, seconds) => metrics.apiAnswered(verb, kind.kind, code, seconds),
      span: tracing.span,
    },
  })
  const identity = `${config.podName}-${randomBytes(4).toString('hex')}`
  let queue: WorkQueue | undefined
  let classQueue: WorkQueue | undefined
  let backups: BackupController | undefined
  let sweeps: SweepController | undefined
  let outside: Outside | undefined
  let restores: RestoreController | undefined
  const database = createPostgresql({ random: randomBytes })
  const keys = createKeyGenerator({
    ...{ bits: 3072, poolSize: 4, workers: 1 },
    // One for each tenant, so that a wave of rotations does not wait for keys: a few KiB each, and a sixth of a CPU until all are there.
    grow: { most: () => Math.min(memory.tenants().length, 512), everyMs: 2_000 },
  })
  const memory = createMemory({
    transport,
    clock,
    random,
    signal,
    hooks: {
      restarted: ({ kind }, why) => {
        metrics.watchRestarted(kind, why)
        log.debug({ kind, why }, 'a watch was opened again')
      },
      failed: ({ kind }, error) => {
        metrics.watchFailed(kind)
        log.debug({ kind, err: error }, 'a watch failed')
      },
    },
    wake: ({ namespace, name }, urgent) =>
      queue?.add(`${namespace}/${name}`, { priority: urgent ? 'change' : 'resync' }),
    wakeClass: (name) => {
      classQueue?.add(name, { afterMs: classPauseMs })
      sweeps?.queue.add(name, { afterMs: sweepPauseMs })
    },
    wakeBackups: (tenant, urgent) => backups?.queue.add(keyOf(tenant), soonOrLater(urgent)),
    wakeRestores: (tenant, urgent) => restores?.queue.add(keyOf(tenant), soonOrLater(urgent)),
  })
  const soonOrLater = (urgent: boolean) =>
    urgent ? ({ priority: 'change' } as const) : ({ priority: 'resync', afterMs: backupPauseMs } as const)
  let synced = false
  const probes = await startProbeServer({
    ...config.listen,
    stuck: () =>
      memory.quietMs() < quietLimitMs ? undefined : 'nothing was heard of the API server for minutes',
    unready: () => (synced ? undefined : 'the caches are being filled'),
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
  })
  log.info({ port: probes.port }, 'listening')
  await memory.synced
  synced = true

  const work = async ({ signal: leading, fence }: Leadership) => {
    const cluster = createCluster(transport, {
      signal: leading,
      fence,
      written: (kind, object) => {
        const { name, namespace } = object.metadata
        memory.note(kind, namespace === undefined ? { name } : { namespace, name }, object)
      },
    })
    const events = createEventRecorder({
      ...{ transport, clock, signal: leading, random: randomBytes, instance: identity },
      failed: (error) => log.debug({ err: error }, 'an event was lost'),
    })
    const ports = {
      cluster,
      memory,
      database,
      keys,
      checkKey,
      runtime: createHttpProbe(fetch),
      isPublicSuffix,
      recorder: {
        event(regarding: KubeObject, type: 'Normal' | 'Warning', reason: string, note: string) {
          events.record({ regarding, type, reason, note, action: 'Reconcile' })
        },
      },
      fence,
      random: randomBytes,
      now: () => new Date(),
      monotonic: () => clock.monotonic(),
      pause: (milliseconds: number) => sleep(clock, milliseconds, leading),
      operator: config.operator,
      installationID: await installationID(cluster, config.operator.namespace, randomBytes),
      backups: (tenant: { namespace: string; name: string }) => backups?.note(tenant),
      kept: (tenant: { namespace: string; name: string }) => outside?.failing(tenant) ?? {},
      restores: (tenant: { namespace: string; name: string }) => restores?.note(tenant),
    }
    const { resyncMs } = config
    const reconcile = createReconciler(ports, { resyncMs })
    const tenantsIn = (className: string) =>
      memory.tenants().filter((tenant) => tenant.className === className).length
    const classes = createClassController({
      reconcile: createClassReconciler(ports, { tenantsIn, sweeps: (className) => sweeps?.note(className) }),
      ...{ resyncMs, clock, random, signal: leading, log, metrics },
    })
    classQueue = classes
    for (const { metadata } of memory.classes()) classes.add(metadata.name)
    const { concurrency } = config
    backups = createBackupController({
      reconcile: createBackupReconciler({
        ...ports,
        jobs: config.jobs,
        lastLine: (where) => lastLine(transport, where, leading),
      }),
      noted: (tenant) => {
        queue?.add(keyOf(tenant), { priority: 'resync' })
        outside?.changed(tenant)
        // The first backup is soon tried by restoring it.
        restores?.queue.add(keyOf(tenant), { priority: 'resync' })
      },
      ...{ concurrency: 4, clock, random, signal: leading, log, metrics, tracing },
    })
    const backupQueue = backups.queue
    sweeps = createSweepController({
      reconcile: createSweepReconciler({ ...ports, jobs: config.jobs }),
      noted: (className) => classQueue?.add(className),
      ...{ clock, random, signal: leading, log, metrics },
    })
    const sweepQueue = sweeps.queue
    for (const { metadata } of memory.classes()) sweepQueue.add(metadata.name)
    const keeping = {
      ...ports,
      ...{ outbox: database.outbox, encrypt },
      offline: createOfflineStore({ ...ports, jobs: config.jobs }),
    }
    const journal = createJournalReconciler(keeping)
    outside = keepOutside({
      journal,
      recovery: createRecovery(keeping),
      noted: (tenant) => queue?.add(keyOf(tenant), { priority: 'resync' }),
      tenants: () => memory.tenants(),
      classes: () => memory.classes(),
      operatorNamespace: config.operator.namespace,
      ...{ cluster, outbox: database.outbox, clock, random, signal: leading, log, metrics },
    })
    restores = createRestoreController({
      reconcile: createRestoreReconciler({
        ...ports,
        ...{ aside: database.aside, outbox: database.outbox, jobs: config.jobs },
        holdsPeople: (server, tenantID) => database.holdsPeople(server, tenantID),
        drain: async (tenant) => {
          const { error } = await journal(tenant, { prune: false })
          if (error) throw error
        },
        lastLine: (where) => lastLine(transport, where, leading),
      }),
      noted: (tenant) => queue?.add(keyOf(tenant), { priority: 'resync' }),
      woken: (tenant) => queue?.add(keyOf(tenant), { priority: 'change' }),
      ...{ concurrency: 4, clock, random, signal: leading, log, metrics, tracing },
    })
    const restoreQueue = restores.queue
    queue = createTenantController({
      reconcile: async (tenant) => {
        const outcome = await reconcile(tenant)
        // What we wrote ourselves is told by no watch, and a restore may wait for it.
        if (outcome.wrote && memory.restoresOf(tenant).length > 0)
          restores?.queue.add(keyOf(tenant), { priority: 'change' })
        return outcome
      },
      ...{ concurrency, clock, random, signal: leading, log, metrics, tracing },
    })
    metrics.leading(true)
    log.info({ tenants: memory.tenants().length }, 'leading')
    for (const { namespace, name } of memory.tenants()) {
      queue.add(`${namespace}/${name}`, { priority: 'resync' })
      backupQueue.add(`${namespace}/${name}`, { priority: 'resync' })
      restoreQueue.add(`${namespace}/${name}`, { priority: 'resync' })
    }
    for (const [all, its] of [
      [memory.backups(), backupQueue],
      [memory.restores(), restoreQueue],
    ] as const)
      for (const { metadata, ...object } of all) {
        const { tenantName = '' } = (object['spec'] ?? {}) as { tenantName?: string }
        its.add(`${metadata.namespace ?? ''}/${tenantName}`, { priority: 'resync' })
      }
    const sweeping = sweepDatabases({
      cluster,
      database,
      classes: () => memory.classes(),
      operatorNamespace: config.operator.namespace,
      changed: (tenantID) => {
        log.info({ tenantID, namespace: tenantNamespace(tenantID) }, 'a database changed')
        for (const tenant of memory.tenants()) {
          if (tenant.tenantID === tenantID) queue?.add(`${tenant.namespace}/${tenant.name}`)
        }
      },
      everyMs: config.sweepMs,
      clock,
      signal: leading,
      log,
    })
    await queue.drained
    const others = [classes, backupQueue, restoreQueue, sweepQueue].map(({ drained }) => drained)
    await Promise.all([sweeping, ...others, outside.drained, events.idle()])
    queue = classQueue = backups = sweeps = outside = restores = undefined
    metrics.leading(false)
  }

  try {
    if (config.leaderElection) {
      const { namespace } = config.operator
      const failed = (error: unknown) => log.warn({ err: error }, 'the Lease could not be kept')
      await lead(
        { transport, namespace, name: 'kiavi-operator', identity, clock, random, signal, failed },
        work,
      )
    } else {
      await work({ epoch: 0, signal, fence: () => signal.throwIfAborted() })
    }
  } finally {
    await Promise.allSettled([probes.close(), database.close(), keys.close(), tracing.close()])
    await transport.close()
  }
}

function credentialSource(): CredentialSource {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, KUBECONFIG } = process.env
  const path = flags.kubeconfig ?? KUBECONFIG
  const { context, as } = flags
  if (path === undefined && host !== undefined && port !== undefined) return { from: 'cluster', host, port }
  if (path === undefined) {
    throw new Error('No cluster: run in a pod, or name a kubeconfig with --kubeconfig PATH or KUBECONFIG.')
  }
  return {
    from: 'kubeconfig',
    path,
    ...(context === undefined ? {} : { context }),
    ...(as === undefined ? {} : { as }),
  }
}
