import { type Tenant } from './config.ts'
import { type Store } from './db/store.ts'
import { type KeyRing } from './keys/key-ring.ts'
import { type PageAssets } from './pages/layout.ts'
import { type Log } from './telemetry/log.ts'
import { type Metrics } from './telemetry/metrics.ts'

/** What routes and plugins are given: the tenant, the hands, the clock and chance. */
export interface Dependencies {
  tenant: Tenant
  store: Store
  keys: KeyRing
  log: Log
  metrics: Metrics
  now: () => Date
  sleep: (ms: number) => Promise<unknown>
  random: (bytes: number) => Buffer
  /** True from SIGTERM on. */
  draining: () => boolean
  assets: PageAssets
}
