import { tenantClassSpec } from '../api/v1alpha1/tenant-class.ts'
import { Vault } from '../controllers/tenant/vault.ts'
import { type Clock, sleep } from '../kube/clock.ts'
import { type Cluster, type KubeObject } from '../kube/port.ts'
import { type DatabaseProvider } from '../providers/database/port.ts'
import { checkKey } from '../providers/keys/check-key.ts'
import { type Log } from '../telemetry/log.ts'

export interface SweepOptions {
  cluster: Cluster
  database: Pick<DatabaseProvider, 'sweep'>
  classes: () => KubeObject[]
  operatorNamespace: string
  /** Told of a tenant whose database or roles are not as they were. */
  changed: (tenantID: string) => void
  everyMs: number
  clock: Clock
  signal: AbortSignal
  log: Log
}

/** Nobody tells us when a database changes: each server is asked in one query, again and again, until the signal. */
export async function sweepDatabases(options: SweepOptions): Promise<void> {
  const { clock, signal, everyMs, log } = options
  const before = new Map<string, Map<string, string>>()
  while (!signal.aborted) {
    for (const object of options.classes()) {
      const { name } = object.metadata
      try {
        const now = await sweepOnce(object, options)
        const then = before.get(name)
        for (const tenantID of then && now ? changedSince(then, now) : []) options.changed(tenantID)
        if (now) before.set(name, now)
      } catch (error) {
        log.debug({ class: name, err: error }, 'a database server could not be swept')
      }
    }
    await sleep(clock, everyMs, signal).catch(() => {})
  }
}

async function sweepOnce(
  object: KubeObject,
  { cluster, database, operatorNamespace }: SweepOptions,
): Promise<Map<string, string> | undefined> {
  const parsed = tenantClassSpec.safeParse(object['spec'])
  if (!parsed.success) return undefined
  const credentials = await new Vault(cluster, operatorNamespace, checkKey).classCredentials(parsed.data)
  return 'missing' in credentials ? undefined : database.sweep(credentials.server)
}

/** Tenant IDs that came, went, or look different. */
export function changedSince(then: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  return [...new Set([...then.keys(), ...now.keys()])].filter(
    (tenantID) => then.get(tenantID) !== now.get(tenantID),
  )
}
