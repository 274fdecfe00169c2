import { JobError } from '../../backups/errors.ts'
import { type JournalRow } from '../../providers/database/outbox-port.ts'

/** What a journal says of each subject, in the end. Subjects as the journal has them: base64url. */
export interface Deeds {
  erased: Set<string>
  /** Of people who were restricted or released: the state that came last. */
  states: Map<string, 'disabled' | 'active'>
  /** Passkeys. */
  removed: Set<string>
}

/**
 * All of the journal, whenever it was: what a backup knows already is found done, and clocks need not agree. A kind that is
 * not known here is refused: it may be about somebody whom this program would let back in.
 */
export function deedsOf(rows: readonly JournalRow[]): Deeds {
  const deeds: Deeds = { erased: new Set(), states: new Map(), removed: new Set() }
  for (const { kind, subject } of rows) {
    if (kind === 'person_erased') deeds.erased.add(subject)
    else if (kind === 'person_restricted') deeds.states.set(subject, 'disabled')
    else if (kind === 'person_released') deeds.states.set(subject, 'active')
    else if (kind === 'passkey_removed') deeds.removed.add(subject)
    else
      throw new JobError(
        'JOURNAL_UNREADABLE',
        `The journal tells of something that this version cannot do again (${kind}). Use the backup image of the operator that wrote it.`,
      )
  }
  return deeds
}
