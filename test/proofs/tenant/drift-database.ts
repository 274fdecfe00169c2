import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { databaseNames, masterSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { tenantRoles } from '../../../operator/src/providers/database/expected-roles.ts'
import { type InsideObject } from '../../../operator/src/providers/database/port.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { type DatabaseEdit, everyDatabaseEdit, stranger } from '../../support/drift/database-edits.ts'
import { Tally } from '../../support/drift/tally.ts'
import { eventually } from '../../support/eventually.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { condition, quiet, type ReadyTenant, readyTenants, untilReady } from '../../support/ready-tenants.ts'
import { sqlState } from '../../support/sql-state.ts'
import { TenantLab } from '../../support/tenant-lab.ts'

/** Inside of a database nothing tells us of a change: it is looked at, in production every 600 s. */
const resyncSeconds = 5
const limitMs = 60_000
/**
 * Back means: it stays so. The next edit comes after the look that put this one right has ended, or one look would never
 * see the end of them, which is a fight, and a fight is damped.
 */
const staysMs = 2_000

const objectsQuery = `
  SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind, n.nspname AS schema, c.relname AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('auth', 'outbox', 'migrations') AND c.relkind IN ('r', 'p', 'v', 'm', 'S')`

async function asSuperuser({ postgres }: OperatorWorld, sql: string, database?: string) {
  const client = await postgres.connect(postgres.superuser, database)
  try {
    return await client.query<Record<string, unknown>>(sql)
  } finally {
    await client.end()
  }
}

/** The tenant's part of what is on the server, and whether the passwords of its master Secret open it. */
async function stateOf(world: OperatorWorld, { tenantID }: ReadyTenant): Promise<string> {
  const { database } = databaseNames(tenantID)
  const state = await sqlState(world.postgres, (name) => name === database)
  const mine = [...state].filter(([key]) => key.includes(tenantID)).sort(([a], [b]) => (a < b ? -1 : 1))
  // Who else was let in is told where that role is; it may be in several tenants' groups at once.
  const guests = [...state]
    .filter(([key]) => !key.includes(tenantID))
    .flatMap(([key, value]) =>
      [...value.matchAll(new RegExp(`${database}[a-z_]*[^"]*`, 'g'))].map(([text]) => `${key} ${text}`),
    )
  const path = `/api/v1/namespaces/${operatorNamespace}/secrets/${masterSecret.database(tenantID)}`
  const { data } = await world.controlPlane.client.call<KubeJson & { data: Record<string, string> }>(
    'GET',
    path,
  )
  const opens = await Promise.all(
    tenantRoles.map(async (role) => {
      const password = Buffer.from(data[role] ?? '', 'base64').toString('utf8')
      try {
        await (
          await world.postgres.connect({ user: databaseNames(tenantID)[role], password }, database)
        ).end()
        return `${role} signs in`
      } catch {
        return `${role} does not`
      }
    }),
  )
  return JSON.stringify([mine, guests.sort(), opens])
}

async function stays(world: OperatorWorld, tenant: ReadyTenant, reference: string): Promise<boolean> {
  const end = performance.now() + staysMs
  while (performance.now() < end) if ((await stateOf(world, tenant)) !== reference) return false
  return true
}

async function editAll(
  world: OperatorWorld,
  tenant: ReadyTenant,
  edits: readonly DatabaseEdit[],
  tally: Tally,
) {
  const { database } = databaseNames(tenant.tenantID)
  const reference = await stateOf(world, tenant)
  for (const { name, sql, outside } of edits) {
    await asSuperuser(world, sql, outside ? undefined : database)
    if ((await stateOf(world, tenant)) === reference) {
      tally.count('filled in')
      continue
    }
    const start = performance.now()
    const back = await eventually(
      name,
      async () => (await stateOf(world, tenant)) === reference,
      limitMs,
    ).catch(() => false)
    tally.back(name, back ? performance.now() - start : undefined)
    if (back && !(await stays(world, tenant, reference))) tally.lost.push(`${name}, once more`)
  }
}

interface Loss {
  name: string
  sql: (tenant: ReadyTenant) => [sql: string, inside: boolean][]
}

const losses: Loss[] = [
  {
    name: 'dropped',
    sql: ({ tenantID }) => [[`DROP DATABASE ${databaseNames(tenantID).database} WITH (FORCE)`, false]],
  },
  { name: 'emptied', sql: () => [['DROP SCHEMA auth, outbox, migrations CASCADE', true]] },
  {
    name: 'another in its place',
    sql: ({ tenantID }) => {
      const { database } = databaseNames(tenantID)
      return [
        [`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`, false],
        [`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`, false],
        [`ALTER DATABASE ${database} RENAME TO kept_elsewhere`, false],
        [`CREATE DATABASE ${database} OWNER kiavi_admin`, false],
      ]
    },
  },
  {
    name: 'its marker taken away',
    sql: ({ tenantID }) => [[`COMMENT ON DATABASE ${databaseNames(tenantID).database} IS NULL`, false]],
  },
]

/** Lost is lost: told as such, and nothing made, rotated or pruned, in PostgreSQL or in Kubernetes. */
async function lose(world: OperatorWorld, lab: TenantLab, tenant: ReadyTenant, { name, sql }: Loss) {
  const { injector } = world
  const before = await lab.state()
  for (const [text, isInside] of sql(tenant))
    await asSuperuser(world, text, isInside ? databaseNames(tenant.tenantID).database : undefined)
  const after = [...(await lab.state()).keys()].filter((key) => !key.startsWith('kiavitenants'))
  await eventually(
    `DatabaseLost of a database that was ${name}`,
    async () => condition(await lab.find(tenant), 'Stalled')?.reason === 'DatabaseLost',
    limitMs,
  )
  injector.ledger.restart()
  await sleep(2 * resyncSeconds * 1000)
  const writes = injector.ledger.effects().filter(({ backend }) => backend === 'sql')
  claimHolds(
    writes.length === 0,
    `${name}: the operator wrote ${writes.map(({ object }) => object).join(', ')}`,
  )
  const now = new Set((await lab.state()).keys())
  const pruned = after.filter((key) => !now.has(key))
  const made = [...now].filter((key) => !after.includes(key) && !before.has(key))
  claimHolds(
    pruned.length + made.length === 0,
    `${name}: made ${made.join(', ') || 'nothing'}, pruned ${pruned.join(', ') || 'nothing'}`,
  )
}

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({
    args,
    options: {
      postgres: { type: 'string', default: '18' },
      tenants: { type: 'string', default: '4' },
      every: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
    },
  })
  const [count, every] = [Number(values.tenants), Number(values.every)]
  const world = await startOperatorWorld({
    postgres: values.postgres === '15' ? 15 : 18,
    progress: say,
    env: { KIAVI_RESYNC_SECONDS: String(resyncSeconds), KIAVI_SWEEP_SECONDS: '2' },
  })
  try {
    await world.operator.start()
    const lab = new TenantLab(world)
    const tenants = await readyTenants(lab, Math.max(count, losses.length))
    await asSuperuser(world, `CREATE ROLE ${stranger}`)
    await asSuperuser(world, `GRANT ${stranger} TO kiavi_admin WITH ADMIN OPTION`)
    const { administrator } = world.postgres
    const tally = new Tally()
    let edits = 0
    await Promise.all(
      tenants.slice(0, count).map(async (tenant, index) => {
        const { database } = databaseNames(tenant.tenantID)
        const { rows } = await asSuperuser(world, objectsQuery, database)
        const around = {
          administrator: administrator.user,
          objects: rows as unknown as InsideObject[],
          serverVersion: world.postgres.version * 10_000,
        }
        const all = everyDatabaseEdit(tenant.tenantID, around).filter(({ name }) =>
          new RegExp(values.only).test(name),
        )
        const mine = all.filter((_, n) => n % (count * every) === index)
        edits += mine.length
        await editAll(world, tenant, mine, tally)
        const lost = tally.lost.length === 0 ? '' : `: ${tally.lost.join('; ')}`
        say(`${mine.length} edits of one tenant's database: ${tally.lost.length} not back so far${lost}`)
      }),
    )
    claimHolds(tally.lost.length === 0, `Not back within ${limitMs / 1000} s: ${tally.lost.join('; ')}`)
    for (const tenant of tenants) await untilReady(lab, tenant)
    await quiet(world, 10_000, 60_000)
    for (const [index, loss] of losses.entries()) {
      await lose(world, lab, tenants[index]!, loss)
      say(`${loss.name}: DatabaseLost, and nothing done`)
    }
    return {
      PostgreSQL: world.postgres.version,
      edits,
      'put back': tally.edited,
      'without an effect (a right that something else gives too)': tally.filledIn,
      'slowest, in seconds': Number((tally.slowestMs / 1000).toFixed(1)),
      'slowest was': tally.slowest,
      'writes in 10 s afterwards': 0,
      'databases lost in their own ways, each DatabaseLost with nothing made or pruned': losses.length,
      'databases are looked into every so many seconds here (600 by default)': resyncSeconds,
    }
  } finally {
    await world.stop()
  }
}

export const proof: Proof = {
  claim:
    'Every right taken away or given to strangers, every attribute, setting, membership and password of a tenant in PostgreSQL is put back; a database that is gone, emptied or replaced is DatabaseLost, and nothing is made in its place.',
  needs: 'control-plane',
  minutes: 8,
  run,
}
