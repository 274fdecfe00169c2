/** Runs benches one after the other, calibrated before and after, and writes what came of it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { arch, cpus, loadavg, release } from 'node:os'
import { join } from 'node:path'
import { backups } from './backups.ts'
import { type Bench, BenchFailed, type Pace, type Row } from './bench.ts'
import { buildRuntime } from './built-runtime.ts'
import { type Calibration, calibrate } from './calibration.ts'
import { jwks } from './jwks.ts'
import { memory } from './memory.ts'
import { canPin } from './pinning.ts'
import { rotation } from './rotation.ts'
import { signIn } from './sign-in.ts'
import { spread } from './statistics.ts'
import { wave } from './wave.ts'

const benches: readonly Bench[] = [signIn, jwks, memory, wave, rotation, backups]
/** More than this between the first and the last calibration, and the figures are not to be published. */
const noiseLimit = 0.15

const thorough: Pace = {
  rounds: 5,
  warmUpFlows: 1_000,
  measureMs: 3_000,
  leastFlows: 500,
  idleMs: 30_000,
  tenants: 40,
  fleet: 500,
  backupMiB: 256,
  bigBackupMiB: 2_048,
}
const quick: Pace = {
  rounds: 2,
  warmUpFlows: 100,
  measureMs: 800,
  leastFlows: 100,
  idleMs: 3_000,
  tenants: 8,
  fleet: 40,
  backupMiB: 32,
  bigBackupMiB: 256,
}

export interface BenchReport {
  machine: Record<string, string | number | boolean>
  /** Processor time of one operation in milliseconds, before and after. */
  calibration: { first: Calibration; last: Calibration }
  /** The machine was not the same all the time. */
  noisy: boolean
  pace: Pace
  seconds: number
  rows: Row[]
}

export interface BenchChoice {
  /** None: all of them, but for those that are run only by name. */
  names: readonly string[]
  quick: boolean
  /** So many in a wave, instead of what the pace says. */
  tenants?: number | undefined
  say: (line: string) => void
}

const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  architecture: arch(),
  kernel: release(),
  node: process.version,
  openssl: process.versions.openssl,
  pinned: canPin,
  loadBefore: loadavg()[0] ?? 0,
})

function chosen(names: readonly string[]): readonly Bench[] {
  const unknown = names.filter((name) => !benches.some((bench) => bench.name === name))
  if (unknown.length > 0)
    throw new BenchFailed(
      `There is no bench called ${unknown.join(', ')}. There are: ${benches.map(({ name }) => name).join(', ')}.`,
    )
  return benches.filter(({ name, onlyByName }) =>
    names.length === 0 ? onlyByName !== true : names.includes(name),
  )
}

function paceOf({ quick: isQuick, tenants }: BenchChoice): Pace {
  const pace = isQuick ? quick : thorough
  if (tenants === undefined) return pace
  if (!Number.isInteger(tenants) || tenants < 1)
    throw new BenchFailed('--tenants takes a number of tenants, such as 40.')
  return { ...pace, tenants, fleet: tenants }
}

export async function runBenches(choice: BenchChoice): Promise<BenchReport> {
  if (process.platform !== 'linux')
    throw new BenchFailed('Processor time and memory are read from /proc: run the benches on Linux.')
  const selected = chosen(choice.names)
  const pace = paceOf(choice)
  const start = performance.now()
  const here = machine()
  await buildRuntime()
  const first = await calibrate(pace.measureMs / 2)
  const rows: Row[] = []
  for (const bench of selected) rows.push(...(await bench.run({ pace, say: choice.say })))
  const last = await calibrate(pace.measureMs / 2)
  const operations = Object.keys(first) as (keyof Calibration)[]
  const report: BenchReport = {
    machine: here,
    calibration: { first, last },
    noisy: operations.some((operation) => spread(first[operation], last[operation]) > noiseLimit),
    pace,
    seconds: Math.round((performance.now() - start) / 1000),
    rows,
  }
  const folder = join(import.meta.dirname, '../../.proofs')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`)
  return report
}
