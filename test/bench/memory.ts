import { setTimeout as sleep } from 'node:timers/promises'
import { type PostgresServer } from '../support/postgres.ts'
import { memoryOf } from './anonymous-memory.ts'
import { type Bench, type BenchIO, type Row } from './bench.ts'
import { type BenchTenant, benchTenant, makeKeys, startDatabase, useKeys } from './bench-tenant.ts'
import { startBareServer } from './bare-server.ts'
import { type ServingProcess, startRuntime } from './built-runtime.ts'
import { readAnswer, withoutOwn } from './get-client.ts'
import { jwksPath } from './jwks.ts'
import { signInClient } from './sign-in-client.ts'
import { median, rowOf } from './statistics.ts'

const processes = 5

async function compare({ pace, say }: BenchIO, tenant: BenchTenant): Promise<Row[]> {
  const keys = makeKeys(3072)
  useKeys(tenant, keys)
  const ours: ServingProcess[] = []
  const bare: ServingProcess[] = []
  try {
    for (let i = 0; i < processes; i++) {
      const runtime = await startRuntime(tenant.folder)
      ours.push(runtime)
      const client = signInClient(runtime.url, tenant.url, tenant.people, 1)
      await client.signIn()
      client.judge(keys.active)
      await client.close()
      const answer = await readAnswer(runtime.url, jwksPath)
      const other = await startBareServer(withoutOwn(answer))
      bare.push(other)
      await readAnswer(other.url, jwksPath)
    }
    say(`memory: ${processes} of each have served, and are left alone for ${pace.idleMs / 1000} s`)
    await sleep(pace.idleMs)
    const mine = ours.map(({ pid }) => memoryOf(pid))
    const theirs = bare.map(({ pid }) => memoryOf(pid))
    const row = (what: keyof (typeof mine)[number], name: string) => {
      const of = (all: typeof mine) => median(all.map((each) => each[what])).toFixed(1)
      const ratios = mine.map((each, i) => each[what] / theirs[i]![what])
      const note = `${of(mine)} against ${of(theirs)} MiB, ${processes} of each`
      return rowOf(`idle runtime: ${name}`, 'times bare node:http', ratios, note)
    }
    return [row('anonymous', 'anonymous memory'), row('proportional', 'proportional set size')]
  } finally {
    for (const each of [...ours, ...bare]) await each.stop()
  }
}

/** What one more tenant costs a node: an idle runtime after its first sign-in, beside an idle bare server. */
export const memory: Bench = {
  name: 'memory',
  run: async (io) => {
    const postgres: PostgresServer = await startDatabase()
    try {
      return await compare(io, await benchTenant(postgres, 'benchmemor', 10))
    } finally {
      await postgres.stop()
    }
  },
}
