/** What is known of what a lost cluster would take with it, of one tenant. */
export interface KeptNote {
  /** Why the journal stays in the database, and since when; then erasures are not confirmed. */
  journal?: Failing | undefined
  /** Why no recovery set could be written, and since when. */
  recovery?: Failing | undefined
}

export interface Failing {
  since: Date
  message: string
}

/** A failure after the one before it: it goes on since then. */
export const failingSince = (before: Failing | undefined, error: Error, now: Date): Failing => ({
  since: before?.since ?? now,
  message: wordsOf(error),
})

/** Ours say a sentence that was written for a person; others stand in the log. */
const wordsOf = (error: Error): string =>
  'code' in error ? error.message.slice(0, 1000) : 'An unexpected error; the log of the operator has it.'
