import { type CurrentRestore, type Phase, type RestoreLedger } from './ledger.ts'

/** How a ledger goes from one entry to the next. Each is written before what it says is done. */

export interface Begins extends Pick<CurrentRestore, 'restore' | 'mode' | 'of'> {
  now: Date
  /** Of a drill of the schedule. */
  slot?: Date | undefined
  /** Numbers that databases on the server bear already. */
  taken: readonly number[]
}

/** A restore gets its number, which no other had, also where the ledger was lost. */
export function begun(ledger: RestoreLedger, { restore, mode, of, now, slot, taken }: Begins): RestoreLedger {
  const number = Math.max(ledger.number, ...taken) + 1
  const startedAt = now.toISOString()
  const phase: Phase = of ? 'Filling' : 'Finding'
  const current: CurrentRestore = { restore, number, mode, startedAt, phase, ...(of ? { of } : {}) }
  const after: RestoreLedger = { ...ledger, number, current }
  if (mode !== 'Drill') return after
  const { failures = 0 } = ledger.drill ?? {}
  return {
    ...after,
    drill: { ...ledger.drill, failures, at: startedAt, ...(slot ? { slot: slot.toISOString() } : {}) },
  }
}

/** On to the next phase, with what was learnt in the one before. */
export function entered(
  ledger: RestoreLedger,
  phase: Phase,
  learnt: Partial<CurrentRestore> = {},
): RestoreLedger {
  const { current } = ledger
  if (!current) throw new TypeError('No restore is under way.')
  return { ...ledger, current: { ...current, ...learnt, phase } }
}

/** It goes no further: what it made is taken away. */
export const failed = (ledger: RestoreLedger, failure: { code: string; message: string }): RestoreLedger =>
  entered(ledger, 'Clearing', { failure: { code: failure.code, message: failure.message.slice(0, 900) } })

/** Nothing of it is left but what it came to. */
export function ended(ledger: RestoreLedger, now: Date): RestoreLedger {
  const { current, ...rest } = ledger
  if (!current) return ledger
  const { number, previousUntil, mode } = current
  if (mode === 'Drill') return { ...rest, drill: drilled(ledger, current, now) }
  return previousUntil === undefined || current.failure
    ? rest
    : {
        ...rest,
        kept: [...rest.kept.filter((each) => each.number !== number), { number, until: previousUntil }],
      }
}

/** The databases that were dropped are remembered no longer. */
export const dropped = (ledger: RestoreLedger, numbers: readonly number[]): RestoreLedger => ({
  ...ledger,
  kept: ledger.kept.filter(({ number }) => !numbers.includes(number)),
})

function drilled(
  { drill }: RestoreLedger,
  { of, failure, startedAt, recoverySeconds }: CurrentRestore,
  now: Date,
): RestoreLedger['drill'] {
  const before = { ...drill, at: drill?.at ?? startedAt, failures: drill?.failures ?? 0 }
  if (!failure && of && recoverySeconds !== undefined) {
    const proven = { at: now.toISOString(), sequence: of.sequence, recoverySeconds }
    return { ...before, failures: 0, proven, failure: undefined }
  }
  // Whoever took a drill back has proven nothing, neither way.
  if (!failure || failure.code === 'RESTORE_WITHDRAWN') return before
  const told = { at: now.toISOString(), sequence: of?.sequence ?? 0, message: failure.message }
  return { ...before, failures: before.failures + 1, failure: told }
}
