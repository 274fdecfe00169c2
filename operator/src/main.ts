import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { tenantNamespace } from './api/v1alpha1/names.ts'
import { loadConfig } from './config.ts'
import { createReconciler } from './controllers/tenant/reconcile.ts'
import { sleep, systemClock as clock } from './kube/clock.ts'
import { createCluster } from './kube/cluster.ts'
import { type CredentialSource, openAccess } from './kube/credentials.ts'
import { type Leadership, lead } from './kube/lease.ts'
import { createTransport } from './kube/transport.ts'
import { type WorkQueue } from './kube/work-queue.ts'
import { createPostgresql } from './providers/database/postgresql.ts'
import { checkKey } from './providers/keys/check-key.ts'
import { createKeyGenerator } from './providers/keys/key-generator.ts'
import { isPublicSuffix } from './providers/public-suffix/is-public-suffix.ts'
import { createHttpProbe } from './providers/runtime/http-probe.ts'
import { serveHealth } from './wiring/health-server.ts'
import { installationID } from './wiring/installation.ts'
import { createMemory } from './wiring/memory.ts'
import { createRecorder } from './wiring/recorder.ts'
import { sweepDatabases } from './wiring/sweep.ts'
import { createTenantController } from './wiring/tenant-controller.ts'
import { type Log } from './wiring/log.ts'

const { values: flags } = parseArgs({
  options: { kubeconfig: { type: 'string' }, context: { type: 'string' } },
})
const config = loadConfig(process.env)
const log = createLog()
const stopping = new AbortController()
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.once(name, () => {
    log.info('stopping', { signal: name })
    stopping.abort(new Error(`Stopped by ${name}.`))
    // A stop that hangs is ended before the kubelet does it.
    setTimeout(() => process.exit(1), 25_000).unref()
  })
}

try {
  await run(stopping.signal)
  process.exit(0)
} catch (error) {
  if (stopping.signal.aborted) process.exit(0)
  log.error('the operator cannot go on', { error })
  process.exit(1)
}

async function run(signal: AbortSignal): Promise<void> {
  const random = () => Math.random()
  const access = await openAccess(credentialSource())
  const transport = createTransport({ access, clock, random, userAgent: 'kiavi-operator' })
  const identity = `${config.podName}-${randomBytes(4).toString('hex')}`
  let queue: WorkQueue | undefined
  const database = createPostgresql({ random: randomBytes })
  const keys = createKeyGenerator({ bits: 3072, poolSize: 2, workers: 1 })
  const memory = createMemory({
    transport,
    clock,
    random,
    signal,
    hooks: {
      restarted: (kind, why) => log.debug('watch opened again', { kind: kind.kind, why }),
      failed: (kind, error) => log.debug('watch failed', { kind: kind.kind, error }),
    },
    wake: ({ namespace, name }, urgent) =>
      queue?.add(`${namespace}/${name}`, { priority: urgent ? 'change' : 'resync' }),
    wakeClass: () => {},
  })
  let synced = false
  const health = await serveHealth(
    {
      alive: () => memory.quietMs() < 180_000,
      ready: () => synced,
      metrics: () => Promise.resolve({ contentType: 'text/plain', text: '' }),
    },
    config.listen,
  )
  log.info('listening', { port: health.port })
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
    const reconcile = createReconciler(
      {
        cluster,
        memory,
        database,
        keys,
        checkKey,
        runtime: createHttpProbe(fetch),
        isPublicSuffix,
        recorder: createRecorder({
          cluster,
          instance: identity,
          now: () => new Date(),
          suffix: () => randomBytes(8).toString('hex'),
          failed: (error) => log.debug('an event was lost', { error }),
        }),
        fence,
        random: randomBytes,
        now: () => new Date(),
        pause: (milliseconds) => sleep(clock, milliseconds, leading),
        operator: config.operator,
        installationID: await installationID(cluster, config.operator.namespace, randomBytes),
      },
      { resyncMs: config.resyncMs },
    )
    const { concurrency } = config
    queue = createTenantController({ reconcile, concurrency, clock, random, signal: leading, log })
    log.info('leading', { tenants: memory.tenants().length })
    for (const { namespace, name } of memory.tenants()) queue.add(`${namespace}/${name}`, { priority: 'resync' })
    const sweeping = sweepDatabases({
      cluster,
      database,
      classes: memory.classes,
      operatorNamespace: config.operator.namespace,
      changed: (tenantID) => {
        log.info('a database changed', { tenantID, namespace: tenantNamespace(tenantID) })
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
    await sweeping
    queue = undefined
  }

  try {
    if (config.leaderElection) {
      const { namespace } = config.operator
      const failed = (error: unknown) => log.warn('the lease', { error })
      await lead({ transport, namespace, name: 'kiavi-operator', identity, clock, random, signal, failed }, work)
    } else {
      await work({ epoch: 0, signal, fence: () => signal.throwIfAborted() })
    }
  } finally {
    health.close()
    await Promise.allSettled([database.close(), keys.close(), transport.close()])
  }
}

function credentialSource(): CredentialSource {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, KUBECONFIG } = process.env
  const path = flags.kubeconfig ?? KUBECONFIG
  if (path === undefined && host !== undefined && port !== undefined) return { from: 'cluster', host, port }
  if (path === undefined) {
    throw new Error('No cluster: run in a pod, or name a kubeconfig with --kubeconfig PATH or KUBECONFIG.')
  }
  return { from: 'kubeconfig', path, ...(flags.context === undefined ? {} : { context: flags.context }) }
}

function createLog(): Log {
  const levels = ['trace', 'debug', 'info', 'warn', 'error']
  const least = levels.indexOf(config.logLevel)
  const write = (level: string) => (message: string, fields: Record<string, unknown> = {}) => {
    if (levels.indexOf(level) < least) return
    const error = fields['error']
    const shown = error instanceof Error ? { ...fields, error: error.stack ?? error.message } : fields
    process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, msg: message, ...shown })}\n`)
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
