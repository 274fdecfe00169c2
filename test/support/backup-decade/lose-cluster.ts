import { parseObjectName } from '../../../operator/src/backups/object-name.ts'
import { recovered } from '../../../operator/src/controllers/backup/ledger.ts'
import { type Random } from '../key-year/random.ts'
import { type Fleet } from './fleet.ts'
import { type SimTenant } from './sim-cluster.ts'

const hour = 3_600_000
const day = 24 * hour

/**
 * The cluster goes with all that it remembers, and another is built by and by. Its tenants are applied again within
 * days, a few of them never; a person confirms which backup is the newest.
 */
export function loseCluster(fleet: Fleet, random: Random): void {
  const { cluster, laws, operator, timeline, trail } = fleet
  if (cluster.memory === 'Lost') return
  trail.say('the cluster is lost')
  const tenants = cluster.lose()
  laws.clusterLost()
  const away = random.logBetween(2 * hour, 40 * day)
  operator.crash(away)
  timeline.after(away + 4 * day, () => {
    trail.say('all tenants are back')
    cluster.memory = 'Whole'
  })
  for (const tenant of tenants) {
    const isBack = random.chance(0.9)
    if (isBack) timeline.after(away + random.between(1, 3 * 24) * hour, () => applyAgain(fleet, tenant))
    else trail.say(`${tenant.tenantID} never comes back`)
  }
  // Somebody always uses the service.
  timeline.after(away + 4 * day, () => {
    while (fleet.living().length < 3) fleet.addTenant()
  })
}

function applyAgain({ cluster, store, laws, clock }: Fleet, tenant: SimTenant): void {
  const { tenantID } = tenant
  cluster.tenants.set(tenantID, tenant)
  const inStore = [...store.objects.keys(), ...[...store.uploads.values()].map(({ name }) => name)].flatMap(
    (name) => {
      const of = parseObjectName(name)?.of
      return of?.tenantID === tenantID ? [of] : []
    },
  )
  const newest = laws.newestVerified(tenantID)
  const of = newest === undefined ? undefined : parseObjectName(newest)?.of
  const said = store.objects.get(newest?.replace(/\.age$/, '.manifest') ?? '')?.says
  if (!of || newest === undefined || !said || 'untrusted' in said) return
  const dates = { startedAt: of.startedAt.toISOString(), expiresAt: of.expiresAt.toISOString() }
  const confirmed = { sequence: of.sequence, object: newest, sha256: said.bundle.sha256, ...dates }
  cluster.ledgers.set(tenantID, recovered(inStore, confirmed, clock.wall()))
}
