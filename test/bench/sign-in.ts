import { setTimeout as sleep } from 'node:timers/promises'
import { type PostgresServer } from '../support/postgres.ts'
import { answersRightly, type Bench, type BenchIO, type Pace, type Row } from './bench.ts'
import {
  type BenchTenant,
  benchTenant,
  type KeyPairs,
  makeKeys,
  startDatabase,
  useKeys,
} from './bench-tenant.ts'
import { startRuntime } from './built-runtime.ts'
import { costOf } from './calibration.ts'
import { closedLoop } from './load.ts'
import { familyTime, processorTime } from './processor-time.ts'
import { besideServer } from './pinning.ts'
import { signInClient } from './sign-in-client.ts'
import { median, rowOf } from './statistics.ts'

/** Sign-ins at the same time: as many as the runtime has connections to its database. */
const inFlight = 4
const unit = 'RS256-2048 signatures'

interface Round {
  /** Processor time per sign-in, in milliseconds. */
  server: number
  postgres: number
  perSecond: number
  /** Of one RS256-2048 signature in the same round. */
  signature: number
}

interface Variant {
  name: string
  tenant: BenchTenant
  keys: KeyPairs
  rounds: Round[]
}

/** One round of one variant, by a process of its own. Gives the number of sign-ins too, warm-up included. */
async function measure(postgres: PostgresServer, variant: Variant, pace: Pace, signature: number) {
  const { tenant, keys } = variant
  useKeys(tenant, keys)
  const runtime = await startRuntime(tenant.folder)
  const client = signInClient(runtime.url, tenant.url, tenant.people, inFlight)
  try {
    const warmUp = await closedLoop(inFlight, { atLeast: pace.warmUpFlows }, client.signIn)
    const before = { server: processorTime(runtime.pid), postgres: familyTime(postgres.pid()) }
    const { flows, seconds } = await closedLoop(
      inFlight,
      { milliseconds: pace.measureMs, atLeast: pace.leastFlows },
      client.signIn,
    )
    const after = { server: processorTime(runtime.pid), postgres: familyTime(postgres.pid()) }
    variant.rounds.push({
      server: (after.server - before.server) / flows,
      postgres: (after.postgres - before.postgres) / flows,
      perSecond: flows / seconds,
      signature,
    })
    const judged = client.judge(keys.active)
    answersRightly(
      judged === warmUp.flows + flows,
      `${judged} tokens came of ${warmUp.flows + flows} sign-ins.`,
    )
    await client.refresh()
    return judged
  } finally {
    await client.close()
    await runtime.stop()
  }
}

function rowsOf({ name, rounds }: Variant): Row[] {
  const of = (what: keyof Round) => median(rounds.map((round) => round[what]))
  const ratios = (what: 'server' | 'postgres') => rounds.map((round) => round[what] / round.signature)
  const rate = `${of('perSecond').toFixed(0)}/s with ${inFlight} in flight`
  return [
    rowOf(`${name}: server`, unit, ratios('server'), `${of('server').toFixed(2)} ms CPU; ${rate}`),
    rowOf(`${name}: PostgreSQL`, unit, ratios('postgres'), `${of('postgres').toFixed(2)} ms CPU`),
  ]
}

interface Counts {
  sessions: number
  transactions: number
  /** The server's next transaction ID: only what writes is given one. */
  writing: number
}

async function counted(postgres: PostgresServer, { database }: BenchTenant) {
  const client = await postgres.connect(postgres.superuser, database.name)
  // Backends report what they committed once a second at the latest, and when they end.
  await sleep(1_100)
  const { rows } = await client.query<Counts>(
    `SELECT (SELECT count(*)::int FROM auth.sessions) AS sessions, xact_commit::int AS transactions,
            pg_snapshot_xmax(pg_current_snapshot())::text::int AS writing
     FROM pg_stat_database WHERE datname = current_database()`,
  )
  await client.end()
  return rows[0]!
}

async function compare({ pace, say }: BenchIO, postgres: PostgresServer): Promise<Row[]> {
  const tenants = [
    { label: '1,000 people', tenant: await benchTenant(postgres, 'benchsmall', 1_000) },
    { label: '100,000 people', tenant: await benchTenant(postgres, 'benchlarge', 100_000) },
  ]
  const keySets = [makeKeys(2048), makeKeys(3072)]
  const variants = tenants.flatMap(({ label, tenant }) =>
    keySets.map((keys): Variant => ({
      name: `sign-in, ${keys.bits}-bit key, ${label}`,
      tenant,
      keys,
      rounds: [],
    })),
  )
  const before = await Promise.all(tenants.map(({ tenant }) => counted(postgres, tenant)))
  const longer: number[] = []
  let signIns = 0
  for (let round = 1; round <= pace.rounds; round++) {
    const signature = await costOf('rs256-2048', 500)
    longer.push((await costOf('rs256-3072', 500)) / signature)
    for (const variant of variants) signIns += await measure(postgres, variant, pace, signature)
    say(`sign-in: round ${round} of ${pace.rounds}, ${signIns} sign-ins verified`)
  }
  const after = await Promise.all(tenants.map(({ tenant }) => counted(postgres, tenant)))
  const sum = (rows: Counts[], what: 'sessions' | 'transactions') =>
    rows.reduce((total, row) => total + row[what], 0)
  answersRightly(
    sum(after, 'sessions') === signIns,
    `${sum(after, 'sessions')} sessions were opened by ${signIns} sign-ins.`,
  )
  const transactions = (sum(after, 'transactions') - sum(before, 'transactions')) / signIns
  const writing = (after[0]!.writing - before[0]!.writing) / signIns
  const signatureMs = median(variants[0]!.rounds.map(({ signature }) => signature))
  return [
    ...variants.flatMap(rowsOf),
    rowOf('one RS256-3072 signature', unit, longer, `RS256-2048: ${signatureMs.toFixed(2)} ms CPU`),
    rowOf('sign-in: commits', 'per sign-in', [writing], 'transactions that wrote; fsync on'),
    rowOf('sign-in: transactions', 'per sign-in', [transactions], 'single reads of a passkey included'),
  ]
}

/** What a passkey sign-in costs: two requests, a session, an access and a refresh token, an audit event. */
export const signIn: Bench = {
  name: 'sign-in',
  run: async (io) => {
    const postgres = await startDatabase()
    try {
      return await besideServer(() => compare(io, postgres))
    } finally {
      await postgres.stop()
    }
  },
}
