import { randomFillSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import manifest from '../package.json' with { type: 'json' }
import { buildApp } from './app.ts'
import { configPaths, readTenantFiles } from './config-files.ts'
import { loadSettings } from './config.ts'
import { openPool } from './db/pool.ts'
import { createStore } from './db/store.ts'
import { sweep } from './db/sweep.ts'
import { randomPool } from './domain/random-pool.ts'
import { KeyRing } from './keys/key-ring.ts'
import { createProbeServer } from './probes.ts'
import { checkReadiness } from './readiness.ts'
import { createLog, serverOutput } from './telemetry/log.ts'
import { createMetrics } from './telemetry/metrics.ts'
import { span, startTracing } from './telemetry/traces.ts'
import { untilQuiet } from './until-quiet.ts'

/** How often expired rows are deleted, in milliseconds. */
const sweepEvery = 3_600_000

/** How long a stopping server accepts at most, in milliseconds: with the 15 s of a request, less than a pod's grace. */
const acceptAtMost = 20_000

async function serve(): Promise<void> {
  const settings = loadSettings(process.env)
  const { version } = manifest
  const output = serverOutput()
  process.on('exit', output.flushSync)
  const log = createLog(settings.logLevel, output)
  const { tenant, databaseCA } = await readTenantFiles(settings.configDir)
  const paths = configPaths(settings.configDir)
  const metrics = createMetrics(version)
  const stopTracing = await startTracing(process.env, version)

  const pool = openPool(
    {
      database: tenant.database,
      role: tenant.database.appRole,
      passwordFile: paths.databaseApp,
      ca: databaseCA,
    },
    (error) => {
      metrics.databaseConnectionLost()
      log.warn({ err: error }, 'database connection lost')
    },
  )
  const store = createStore(pool, (operation, run) => span(`sql ${operation}`, run))
  const keys = new KeyRing(
    paths.keys,
    {
      loaded: (keySet) => {
        metrics.keySetLoaded(keySet)
        const { activeKid, version: keySetVersion, verifyingKeys } = keySet
        log.info({ activeKid, keySetVersion, publishedKeys: verifyingKeys.size }, 'signing keys loaded')
      },
      refused: (error) => {
        metrics.keySetRefused()
        log.error({ err: error }, 'signing keys refused')
      },
    },
    { monotonic: () => performance.now(), wall: () => new Date() },
  )

  let draining = false
  const app = await buildApp({
    tenant,
    store,
    keys,
    log,
    metrics,
    now: () => new Date(),
    sleep,
    random: randomPool(randomFillSync),
    draining: () => draining,
    assets: {
      common: await readFile(new URL('./pages/browser/common.js', import.meta.url), 'utf8'),
      sign: await readFile(new URL('./pages/browser/sign.js', import.meta.url), 'utf8'),
      account: await readFile(new URL('./pages/browser/account.js', import.meta.url), 'utf8'),
      style: await readFile(new URL('./pages/browser/style.css', import.meta.url), 'utf8'),
    },
  })
  const probes = createProbeServer(
    () => checkReadiness({ store, keys, version, draining: () => draining }),
    metrics,
  )
  let lastRequestAt = 0
  app.server.on('request', () => {
    lastRequestAt = performance.now()
  })
  await app.listen({ host: settings.listenHost, port: settings.httpPort })
  await new Promise<void>((resolve, reject) => {
    probes.once('error', reject).listen(settings.metricsPort, settings.listenHost, resolve)
  })
  const sweepOnce = async () => {
    const signedInSince = (await keys.current())?.signedInSince ?? new Date(0)
    return sweep(pool, { now: new Date(), signedInSince })
  }
  const sweeper = setInterval(() => {
    sweepOnce().then(
      (rows) => log.info({ rows }, 'expired rows deleted'),
      (error: unknown) => log.warn({ err: error }, 'expired rows could not be deleted'),
    )
  }, sweepEvery)
  const address = { http: app.server.address(), metrics: probes.address() }
  log.info({ version, tenantID: tenant.tenantID, ...address }, 'serving')

  const stop = async (): Promise<void> => {
    if (draining) return
    draining = true
    log.info({ seconds: settings.drainSeconds }, 'draining')
    clearInterval(sweeper)
    // Proxies hear of our end through the readiness of our endpoint, which takes them some seconds.
    await untilQuiet({
      quietMs: settings.drainSeconds * 1000,
      mostMs: acceptAtMost,
      lastRequestAt: () => lastRequestAt,
      now: () => performance.now(),
      sleep,
    })
    await app.close()
    probes.close()
    probes.closeAllConnections()
    await pool.end()
    await stopTracing()
    log.info('stopped')
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
}

if (process.argv[2] === 'migrate') {
  const { runMigration } = await import('./migration-step.ts')
  process.exitCode = await runMigration(process.env, new URL('./db/migrations/', import.meta.url))
} else {
  serve().catch((error: unknown) => {
    createLog('info').fatal({ err: error }, 'cannot start')
    process.exit(1)
  })
}
