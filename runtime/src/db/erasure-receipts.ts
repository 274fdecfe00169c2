import { type ErasureState } from '../domain/erasure.ts'
import { type Pool } from './pool.ts'

/** How far the erasure is that a receipt was given for; `undefined` when there is no such receipt, or not any more. */
export async function findErasure(
  db: Pool,
  receiptHash: Buffer,
  now: Date,
): Promise<ErasureState | undefined> {
  const { rows } = await db.query<{ state: ErasureState }>({
    name: 'find-erasure',
    text: `
      SELECT CASE WHEN auth.journal_is_stored(journal_id) THEN 'Confirmed' ELSE 'Recorded' END AS state
      FROM auth.erasure_receipts WHERE receipt_hash = $1 AND expires_at > $2`,
    values: [receiptHash, now],
  })
  return rows[0]?.state
}
