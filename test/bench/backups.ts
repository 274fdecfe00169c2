import { setTimeout as sleep } from 'node:timers/promises'
import { BackupLab, type LabTenant } from '../support/backup-lab.ts'
import { JobLab } from '../support/job-lab.ts'
import { type JobProcess } from '../support/job-process.ts'
import { volumeIn } from '../support/lab-store.ts'
import { type PostgresServer, startPostgres } from '../support/postgres.ts'
import { barePipe } from './bare-pipe.ts'
import { type Bench, type BenchIO, type Row, answersRightly } from './bench.ts'
import { peakMemory } from './peak-memory.ts'
import { median, rowOf } from './statistics.ts'

const mebibyte = 1024 * 1024
/** What each of a Job's containers may use: `jobs.memory` of the chart. */
const limitMiB = 512

/** Audit events: what a tenant's database mostly is. */
const addEvents = `
  INSERT INTO auth.audit_events (id, occurred_at, type, outcome, user_id, ip, user_agent, country)
  SELECT gen_random_uuid(), now() - n * interval '1 s', 'sign_in', 'success', gen_random_uuid(), '192.0.2.1',
         'Mozilla/5.0 (X11; Linux x86_64) ' || md5(n::text) || md5((-n)::text) || md5((n * 7)::text), 'FR'
  FROM generate_series(1, $1::int) n`

interface Made {
  sequence: number
  seconds: number
  facts: Record<string, unknown>
}

class BackupBench {
  private sequence = 0
  private readonly lab: BackupLab
  private readonly jobs: JobLab
  private readonly server: PostgresServer
  readonly bare: ReturnType<typeof barePipe>

  constructor(lab: BackupLab, server: PostgresServer) {
    this.lab = lab
    this.server = server
    this.jobs = new JobLab(lab, server)
    this.bare = barePipe(lab, server)
  }

  /** A tenant whose database has at least so many MiB. */
  async tenant(databaseMiB: number): Promise<LabTenant> {
    const tenant = await this.lab.tenant(this.server, 1_000)
    await this.lab.asOwner(this.server, tenant, async (client) => {
      const size = async () => {
        const { rows } = await client.query<{ bytes: string }>(
          'SELECT pg_database_size(current_database()) bytes',
        )
        return Number(rows[0]?.bytes) / mebibyte
      }
      while ((await size()) < databaseMiB) await client.query(addEvents, [25_000])
      await client.query('ANALYZE')
    })
    return tenant
  }

  async backup(
    of: LabTenant,
    watch: (process: JobProcess) => Promise<unknown> = ended,
  ): Promise<Made & { name: ReturnType<BackupLab['nameOf']> }> {
    const name = this.lab.nameOf(of.tenantID, ++this.sequence)
    const began = performance.now()
    const facts = await this.finish(this.jobs.backup(of, name), watch)
    return { name, sequence: this.sequence, seconds: (performance.now() - began) / 1000, facts }
  }

  async restore(
    of: LabTenant,
    made: Awaited<ReturnType<BackupBench['backup']>>,
    watch: (process: JobProcess) => Promise<unknown> = ended,
  ): Promise<Made> {
    const target = await this.lab.prepared(this.server)
    const began = performance.now()
    const backup = { name: made.name, sha256: String(made.facts['sha256']) }
    const facts = await this.finish(this.jobs.restore(of, target, backup), watch)
    const seconds = (performance.now() - began) / 1000
    await this.drop(target)
    return { sequence: made.sequence, seconds, facts }
  }

  async bareSeconds(of: LabTenant): Promise<{ backup: number; restore: number }> {
    const target = await this.lab.prepared(this.server)
    const began = performance.now()
    await this.bare.dump(of)
    const dumped = performance.now()
    await this.bare.restore(of, target)
    const restored = performance.now()
    await this.drop(target)
    return { backup: (dumped - began) / 1000, restore: (restored - dumped) / 1000 }
  }

  private async drop({ names }: LabTenant): Promise<void> {
    const sql = await this.server.connect(this.server.superuser)
    await sql.query(`DROP DATABASE ${names.database} WITH (FORCE)`)
    await sql.end()
  }

  private async finish(
    processes: readonly JobProcess[],
    watch: (process: JobProcess) => Promise<unknown>,
  ): Promise<Record<string, unknown>> {
    const ends = await Promise.all(
      processes.map(async (process) => {
        await watch(process)
        return process.ended
      }),
    )
    for (const { code, lines, stderr } of ends)
      answersRightly(code === 0, `A Job's container failed: ${JSON.stringify(lines.at(-1))} ${stderr}`)
    return ends[1]?.lines.at(-1)?.['facts'] as Record<string, unknown>
  }
}

const ended = (process: JobProcess) => process.ended

async function throughput(bench: BackupBench, { pace, say }: BenchIO): Promise<Row[]> {
  const { backupMiB } = pace
  const tenant = await bench.tenant(backupMiB)
  const ratios: { backup: number[]; restore: number[] } = { backup: [], restore: [] }
  const ours: typeof ratios = { backup: [], restore: [] }
  const theirs: typeof ratios = { backup: [], restore: [] }
  for (let round = 0; round <= pace.rounds; round++) {
    const made = await bench.backup(tenant)
    const restored = await bench.restore(tenant, made)
    const bare = await bench.bareSeconds(tenant)
    // The first of all finds a cold cache.
    if (round === 0) continue
    for (const [what, mine] of [
      ['backup', made.seconds],
      ['restore', restored.seconds],
    ] as const) {
      ours[what].push(mine)
      theirs[what].push(bare[what])
      ratios[what].push(mine / bare[what])
    }
    say(`backups: round ${round} of ${pace.rounds}`)
    await sleep(100)
  }
  const rate = (seconds: readonly number[]) => (backupMiB / median(seconds)).toFixed(1)
  const row = (what: keyof typeof ratios, bare: string) =>
    rowOf(
      `${what} of ${backupMiB} MiB: time`,
      `times ${bare}`,
      ratios[what],
      `${rate(ours[what])} against ${rate(theirs[what])} MiB of database a second; ours counts and checks every row too`,
    )
  return [row('backup', 'pg_dump | age'), row('restore', 'age -d | pg_restore')]
}

/** The most that each container of a Job uses, with the programs that it starts. */
async function memoryRows(bench: BackupBench, { pace, say }: BenchIO): Promise<Row[]> {
  const tenant = await bench.tenant(pace.bigBackupMiB)
  say(`backups: a database of ${pace.bigBackupMiB} MiB is there; backing it up and restoring it`)
  const peaks: number[] = []
  const watch = async (process: JobProcess) => {
    peaks.push(await peakMemory(process.pid, process.ended))
  }
  const made = await bench.backup(tenant, watch)
  const restored = await bench.restore(tenant, made, watch)
  const note = (seconds: number) => `of ${limitMiB} MiB; ${seconds.toFixed(0)} s for all of it`
  const [dump = NaN, store = NaN, fetch = NaN, load = NaN] = peaks
  const row = (name: string, [first, second]: readonly [number, number], seconds: number) =>
    rowOf(
      `${name} of ${pace.bigBackupMiB} MiB: the larger container's memory`,
      'of its limit',
      [Math.max(first, second) / limitMiB],
      `${first.toFixed(0)} and ${second.toFixed(0)} MiB ${note(seconds)}`,
    )
  return [row('backup', [dump, store], made.seconds), row('restore', [fetch, load], restored.seconds)]
}

/** A backup's and a restore's Job beside the same done by hand, and what memory a large database asks for. */
export const backups: Bench = {
  name: 'backups',
  onlyByName: true,
  run: async (io) => {
    const server = await startPostgres({ version: 18 })
    const lab = new BackupLab(volumeIn)
    try {
      const bench = new BackupBench(lab, server)
      return [...(await throughput(bench, io)), ...(await memoryRows(bench, io))]
    } finally {
      await lab.remove()
      await server.stop()
    }
  },
}
