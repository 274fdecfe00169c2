import { nextAttemptAt } from './attempts.ts'
import { type BackupLedger } from './ledger.ts'

/** A KiaviBackup that has not come to an end. */
export interface OpenRun {
  name: string
  /** Of a scheduled one. */
  slot?: Date | undefined
  failures: number
  /** Number and end of the attempt that failed last. */
  failed?: { sequence: number; at: Date } | undefined
}

export type RunDecision =
  /** An attempt has its number: its Job is there, or is to be made now. */
  | { do: 'run'; sequence: number }
  /** An attempt may begin, as soon as there is room for it. */
  | { do: 'begin' }
  | { do: 'wait'; until: Date }
  /** A newer slot has come, or a later run was for it: what this one would hold is in that one. */
  | { do: 'skip' }
  /** Every attempt has failed. */
  | { do: 'fail' }

/** What to do next about a run. `due`: the slot that is due for its tenant now, if there is one. */
export function decideRun(
  { name, slot, failures, failed }: OpenRun,
  { ledger, due, now }: { ledger: BackupLedger; due: Date | undefined; now: Date },
): RunDecision {
  const { current } = ledger
  // What has begun goes on, whatever has come since.
  if (current?.run === name && current.sequence > (failed?.sequence ?? 0))
    return { do: 'run', sequence: current.sequence }
  if (failed === undefined) {
    const isDue = slot === undefined || slot.getTime() === due?.getTime()
    return { do: isDue ? 'begin' : 'skip' }
  }
  const next = nextAttemptAt(failures, failed.at)
  if (next === undefined) return { do: 'fail' }
  if (slot !== undefined && due !== undefined && due > slot) return { do: 'skip' }
  // A failure that lies ahead was told by a clock that was wrong, and nothing waits for it.
  return failed.at <= now && now < next ? { do: 'wait', until: next } : { do: 'begin' }
}
