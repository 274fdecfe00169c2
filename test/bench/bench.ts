/** What a bench is, and what it gives. Figures are ratios inside one run: absolute ones say more of the machine. */

export interface Row {
  name: string
  /** The median of the rounds. */
  ratio: number
  min: number
  max: number
  unit: string
  /** What the ratio was made of, in absolute figures of this machine. */
  note: string
}

export interface Pace {
  rounds: number
  /** Before each measurement: what was just started compiles its hot paths. */
  warmUpFlows: number
  /** A measurement lasts so many milliseconds, and longer where fewer flows than `leastFlows` were done by then. */
  measureMs: number
  leastFlows: number
  /** How long a process is left alone before its memory is read, in milliseconds. */
  idleMs: number
  /** How many tenants one wave has. */
  tenants: number
  /** How many tenants rotate their keys at once. */
  fleet: number
  /** Size of the database whose backups are timed, and of the one whose backup's memory is watched. */
  backupMiB: number
  bigBackupMiB: number
}

export interface BenchIO {
  pace: Pace
  say: (line: string) => void
}

export interface Bench {
  name: string
  /** It takes too long, or needs too much, to be run unasked. */
  onlyByName?: true
  run: (io: BenchIO) => Promise<Row[]>
}

/** A figure could not be measured, or what was measured answered wrongly. */
export class BenchFailed extends Error {
  override readonly name = 'BenchFailed'
}

export function answersRightly(right: boolean, otherwise: string): asserts right {
  if (!right) throw new BenchFailed(otherwise)
}
