/** Plans as the operator makes them, made here from what is in the cluster, and never acted on. */
import { randomBytes } from 'node:crypto'
import { Sightings } from '../../operator/src/controllers/tenant/keys/sightings.ts'
import { observe } from '../../operator/src/controllers/tenant/observe.ts'
import { plan } from '../../operator/src/controllers/tenant/plan.ts'
import { type TenantPorts } from '../../operator/src/controllers/tenant/ports.ts'
import { readTenant } from '../../operator/src/controllers/tenant/tenant.ts'
import { Vault } from '../../operator/src/controllers/tenant/vault.ts'
import { VerifiedObjects } from '../../operator/src/controllers/tenant/compare/verified-objects.ts'
import { systemClock as clock } from '../../operator/src/kube/clock.ts'
import { createCluster } from '../../operator/src/kube/cluster.ts'
import { openAccess } from '../../operator/src/kube/credentials.ts'
import { kinds } from '../../operator/src/kube/resource-kinds.ts'
import { createTransport } from '../../operator/src/kube/transport.ts'
import { createPostgresql } from '../../operator/src/providers/database/postgresql.ts'
import { checkKey } from '../../operator/src/providers/keys/check-key.ts'
import { createHttpProbe } from '../../operator/src/providers/runtime/http-probe.ts'
import { installationID } from '../../operator/src/wiring/installation.ts'
import { createMemory } from '../../operator/src/wiring/memory.ts'
import { customers, operatorNamespace, serviceAccount } from './operator-world/names.ts'

export interface LivePlans {
  /** What would be done now, and what stands in the way, as JSON; `aheadMs`: at that time from now. */
  look(name: string, aheadMs?: number): Promise<string>
  close(): Promise<void>
}

const nobody = () => Promise.reject(new Error('A plan is only looked at.'))

export async function livePlans(kubeconfig: string): Promise<LivePlans> {
  const stopping = new AbortController()
  const { signal } = stopping
  const access = await openAccess({ from: 'kubeconfig', path: kubeconfig })
  const random = () => Math.random()
  const transport = createTransport({ access, clock, random })
  const nothing = () => {}
  const memory = createMemory({
    ...{ transport, clock, random, signal },
    ...{ hooks: {}, wake: nothing, wakeClass: nothing },
  })
  await memory.synced
  const database = createPostgresql({ random: randomBytes })
  const cluster = createCluster(transport, { signal, fence: () => signal.throwIfAborted() })
  let ahead = 0
  const monotonic = () => clock.monotonic() + ahead
  const ports: TenantPorts = {
    ...{ cluster, memory, database, checkKey, monotonic },
    keys: { generate: nobody, close: () => Promise.resolve() },
    runtime: createHttpProbe(fetch),
    isPublicSuffix: () => false,
    recorder: { event: nothing },
    fence: nothing,
    random: randomBytes,
    now: () => new Date(clock.now() + ahead),
    pause: nobody,
    operator: {
      ...{ namespace: operatorNamespace, serviceAccount },
      tenantClusterRole: 'kiavi-tenant-namespace',
    },
    installationID: await installationID(cluster, operatorNamespace, randomBytes),
  }
  const looking = { ports, verified: new VerifiedObjects(), sightings: new Sightings(monotonic) }
  return {
    look: async (name, aheadMs = 0) => {
      ahead = aheadMs
      const object = await cluster.get(kinds.KiaviTenant, { namespace: customers, name })
      if (object === undefined) throw new Error(`There is no KiaviTenant ${name}.`)
      const tenant = readTenant(object)
      const vault = new Vault(cluster, operatorNamespace, checkKey)
      const seen = await observe(tenant, { ...looking, vault })
      return JSON.stringify(plan(tenant, seen, ports.operator, ports.now()))
    },
    close: async () => {
      stopping.abort()
      await database.close()
      await transport.close()
    },
  }
}
