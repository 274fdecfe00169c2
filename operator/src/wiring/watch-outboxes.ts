import { tenantClassSpec } from '../api/v1alpha1/tenant-class.ts'
import { Vault } from '../controllers/tenant/vault.ts'
import { type Clock, sleep } from '../kube/clock.ts'
import { type Cluster, type KubeObject } from '../kube/port.ts'
import { type Outbox } from '../providers/database/outbox-port.ts'
import { type DatabaseServer } from '../providers/database/port.ts'
import { checkKey } from '../providers/keys/check-key.ts'
import { type Log } from '../telemetry/log.ts'

export interface OutboxWatch {
  cluster: Cluster
  outbox: Pick<Outbox, 'writes'>
  classes: () => KubeObject[]
  operatorNamespace: string
  /** Told of tenants, by their ID, into whose databases something was written since the last time. */
  written: (tenantIDs: ReadonlySet<string>) => void
  everyMs: number
  clock: Clock
  signal: AbortSignal
  log: Log
}

/** So long the credentials of a server are believed: a look each two seconds would read them as often. */
const believedMs = 45_000
/** Where a class lacked some: whoever makes a class makes its Secrets next. */
const lackingMs = 5_000

interface Servers {
  /** The classes that they are of. */
  of: string
  until: number
  all: DatabaseServer[]
}

/** Asks each server again and again, in one query for all of its tenants, who may have something in the outbox. */
export async function watchOutboxes(options: OutboxWatch): Promise<void> {
  const { outbox, everyMs, clock, signal, log } = options
  const before = new Map<string, string>()
  let servers: Servers | undefined
  while (!signal.aborted) {
    const of = options.classes().map(versionOf).sort().join()
    if (servers?.of !== of || clock.monotonic() > servers.until) {
      const { all, areLacking } = await serversOf(options)
      servers = { of, until: clock.monotonic() + (areLacking ? lackingMs : believedMs), all }
    }
    const { all } = servers
    const ask = async (server: DatabaseServer) => {
      const now = await outbox.writes(server)
      options.written(new Set([...now.keys()].filter((id) => before.get(id) !== now.get(id))))
      for (const [tenantID, written] of now) before.set(tenantID, written)
    }
    const asked = await Promise.allSettled(all.map(ask))
    for (const [at, answer] of asked.entries()) {
      if (answer.status === 'fulfilled') continue
      const host = all[at]?.host
      // Its credential may be another one by now.
      servers = undefined
      log.debug({ host, err: answer.reason as unknown }, 'a database server could not be asked for news')
    }
    await sleep(clock, everyMs, signal).catch(() => {})
  }
}

const versionOf = ({ metadata: { uid, generation } }: KubeObject) => `${uid ?? ''}.${generation ?? 0}`

/** Each server once, however many classes name it. */
async function serversOf({
  cluster,
  classes,
  operatorNamespace,
  log,
}: OutboxWatch): Promise<{ all: DatabaseServer[]; areLacking: boolean }> {
  let areLacking = false
  const found = new Map<string, DatabaseServer>()
  for (const object of classes()) {
    const parsed = tenantClassSpec.safeParse(object['spec'])
    if (!parsed.success) continue
    try {
      const credentials = await new Vault(cluster, operatorNamespace, checkKey).classCredentials(parsed.data)
      if ('missing' in credentials) {
        areLacking = true
        continue
      }
      const { server } = credentials
      found.set(`${server.username}@${server.host}:${server.port}`, server)
    } catch (error) {
      areLacking = true
      log.debug({ class: object.metadata.name, err: error }, "a class's credentials could not be read")
    }
  }
  return { all: [...found.values()], areLacking }
}
