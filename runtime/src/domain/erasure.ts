/**
 * An erasure is `Recorded` once the person is gone from the database, and `Confirmed` once the record of it is kept
 * outside, so that no restored backup brings them back.
 */
export type ErasureState = 'Recorded' | 'Confirmed'

/** How long a receipt can be asked for, in days. */
const receiptDays = 30

export const receiptEnd = (erasedAt: Date): Date => new Date(erasedAt.getTime() + receiptDays * 86_400_000)
