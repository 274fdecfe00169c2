import { type Projection } from '../compare/projection.ts'
import { decideFor } from '../keys/decide-for.ts'
import { laggard, laggards } from '../keys/laggards.ts'
import { type KeyLedger, sightingOf } from '../keys/ledger.ts'
import { type Sightings, whoIs } from '../keys/sightings.ts'
import { type PodSeen } from '../observed.ts'
import { type TenantPorts } from '../ports.ts'
import { type Tenant } from '../tenant.ts'
import { askPods, liveSlices, withNudges, withReturning } from './pods.ts'

/** What was remembered of the pods behind the Service, asked. */
export const rememberedPods = (children: ReadonlyMap<string, Projection>, { runtime }: TenantPorts) =>
  askPods(
    [...children.values()].flatMap(({ facts: { slice } }) => slice ?? []),
    runtime,
  )

/**
 * The pods as far as keys depend on them. Where they would let a key take its next turn, they are looked up live and
 * asked once more; where one is late, with what it was told.
 */
export async function podsForKeys(
  tenant: Tenant,
  { tenantID, ledger, pods }: { tenantID: string; ledger: KeyLedger | undefined; pods: PodSeen[] },
  { ports, sightings }: { ports: TenantPorts; sightings: Sightings },
): Promise<PodSeen[]> {
  const late = ledger ? laggards(pods, ledger) : []
  sightings.look(whoIs(tenant), [
    ...(ledger?.keys.map(sightingOf) ?? []),
    ...late.map(({ pod }) => laggard(pod, ledger?.version ?? 0)),
  ])
  const { spec } = tenant
  if (!ledger || !spec) return pods
  const seenForMs = (what: string) => sightings.forMs(whoIs(tenant), what)
  const turns = decideFor(tenant, { tenantID, spec }, ledger, { pods, seenForMs, now: ports.now() })
  const sure = turns
    ? await withReturning(
        await askPods(await liveSlices(tenantID, ports.cluster), ports.runtime),
        tenantID,
        ports.cluster,
      )
    : pods
  return late.length === 0 ? sure : withNudges(sure, tenantID, ports.cluster)
}
