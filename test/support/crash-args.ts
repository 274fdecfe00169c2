import { parseArgs } from 'node:util'
import { type Reference, sampleOf, transactionsWhole } from './crash-matrix.ts'
import { type Point, pointNamed } from './crash-point.ts'
import { type PostgresVersion } from './postgres-binaries.ts'

export interface CrashArgs {
  choose: (all: readonly Point[], reference: Reference) => readonly Point[]
  worlds: number
  references: number
  postgres: PostgresVersion
  /** The one workflow to cross; all unless given. */
  workflow: string | undefined
}

/** What a crash matrix is told on the command line. */
export function crashArgs(args: readonly string[]): CrashArgs {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      sample: { type: 'string' },
      workflow: { type: 'string' },
      'transactions-whole': { type: 'boolean', default: false },
      worlds: { type: 'string', default: '2' },
      references: { type: 'string', default: '3' },
      postgres: { type: 'string', default: '18' },
    },
  })
  const { only, sample, workflow } = values
  const point = only === undefined ? undefined : pointNamed(only)
  const choose: CrashArgs['choose'] = (all, reference) => {
    if (point !== undefined) return [point]
    const some = values['transactions-whole'] ? transactionsWhole(all, reference) : all
    return sample === undefined ? some : sampleOf(Number(sample))(some)
  }
  const postgres = values.postgres === '15' ? 15 : 18
  return { choose, worlds: Number(values.worlds), references: Number(values.references), postgres, workflow }
}
