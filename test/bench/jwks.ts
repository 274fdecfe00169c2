import { type PostgresServer } from '../support/postgres.ts'
import { answersRightly, type Bench, type BenchIO, type Pace, type Row } from './bench.ts'
import { type BenchTenant, benchTenant, makeKeys, startDatabase, useKeys } from './bench-tenant.ts'
import { type StaticAnswer, startBareServer } from './bare-server.ts'
import { type ServingProcess, startRuntime } from './built-runtime.ts'
import { getClient, readAnswer, sameAnswer, withoutOwn } from './get-client.ts'
import { closedLoop } from './load.ts'
import { besideServer } from './pinning.ts'
import { processorTime } from './processor-time.ts'
import { median, rowOf } from './statistics.ts'

export const jwksPath = '/.well-known/jwks.json'
const inFlight = 16

interface Round {
  perSecond: number
  /** Processor time of the server per request, in milliseconds. */
  cpu: number
}

async function measure(server: ServingProcess, answer: StaticAnswer, pace: Pace): Promise<Round> {
  const client = getClient(server.url, answer, inFlight)
  try {
    await closedLoop(inFlight, { atLeast: pace.warmUpFlows * 5 }, client.get)
    const before = processorTime(server.pid)
    const { flows, seconds } = await closedLoop(
      inFlight,
      { milliseconds: pace.measureMs, atLeast: pace.leastFlows },
      client.get,
    )
    return { perSecond: flows / seconds, cpu: (processorTime(server.pid) - before) / flows }
  } finally {
    await client.close()
    await server.stop()
  }
}

async function compare({ pace, say }: BenchIO, tenant: BenchTenant): Promise<Row[]> {
  useKeys(tenant, makeKeys(3072))
  const ours: Round[] = []
  const bare: Round[] = []
  for (let round = 1; round <= pace.rounds; round++) {
    const runtime = await startRuntime(tenant.folder)
    const answer = await readAnswer(runtime.url, jwksPath)
    ours.push(await measure(runtime, answer, pace))
    const other = await startBareServer(withoutOwn(answer))
    const same = sameAnswer(answer, await readAnswer(other.url, jwksPath))
    if (!same) await other.stop()
    answersRightly(same, 'The bare server does not answer with the bytes and headers of the runtime.')
    bare.push(await measure(other, answer, pace))
    say(`jwks: round ${round} of ${pace.rounds}`)
  }
  const told = (digits: number, what: keyof Round) =>
    `${median(ours.map((each) => each[what])).toFixed(digits)} against ${median(bare.map((each) => each[what])).toFixed(digits)}`
  const ratios = (what: keyof Round) => ours.map((each, i) => each[what] / bare[i]![what])
  return [
    rowOf('JWKS: CPU of a request', 'times bare node:http', ratios('cpu'), `${told(4, 'cpu')} ms`),
    rowOf(
      'JWKS: requests per second',
      'times bare node:http',
      ratios('perSecond'),
      `${told(0, 'perSecond')} with ${inFlight} in flight; each of ours is counted`,
    ),
  ]
}

/** The keys, as often as verifiers ask for them, against node:http alone with the same bytes and headers. */
export const jwks: Bench = {
  name: 'jwks',
  run: async (io) => {
    const postgres: PostgresServer = await startDatabase()
    try {
      const tenant = await benchTenant(postgres, 'benchjwkss', 1)
      return await besideServer(() => compare(io, tenant))
    } finally {
      await postgres.stop()
    }
  },
}
