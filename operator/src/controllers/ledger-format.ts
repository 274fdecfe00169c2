import { type z } from 'zod'
import { OperatorError } from './errors.ts'

export interface LedgerFormat<Ledger> {
  /** The same bytes for the same ledger, in the order of the schema. */
  write: (ledger: Ledger) => string
  /** Throws MASTER_UNREADABLE, with the fields that are at fault. */
  read: (text: string) => Ledger
}

/** How a ledger lies in a Secret, as `ledger.json`. `tolerant` keeps what a newer operator wrote beside: one may be rolled back. */
export const ledgerFormat = <Ledger>(tolerant: z.ZodType<Ledger>, whose: string): LedgerFormat<Ledger> => ({
  write: (ledger) => `${JSON.stringify(tolerant.parse(ledger), null, 2)}\n`,
  read(text) {
    const parsed = tolerant.safeParse(json(text))
    if (parsed.success) return parsed.data
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`)
    const message = `ledger.json of ${whose} cannot be read: ${faults.join('; ')}.`
    throw new OperatorError('MASTER_UNREADABLE', message, { retry: 'backoff' })
  },
})

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
