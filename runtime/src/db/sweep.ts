import { type Pool } from './pool.ts'
import { type Alive } from './sessions.ts'

/** Rows per statement, so that no sweep holds many locks at once. */
const batch = 1_000

const sweeps: readonly { before: keyof Alive; text: string }[] = [
  {
    before: 'now',
    text: `DELETE FROM auth.sessions WHERE id IN (
      SELECT id FROM auth.sessions WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  },
  {
    before: 'signedInSince',
    text: `DELETE FROM auth.sessions WHERE id IN (
      SELECT id FROM auth.sessions WHERE authenticated_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  },
  {
    before: 'now',
    text: `DELETE FROM auth.refresh_tokens WHERE secret_hash IN (
      SELECT secret_hash FROM auth.refresh_tokens WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  },
  {
    before: 'now',
    text: `DELETE FROM auth.used_challenges WHERE hash IN (
      SELECT hash FROM auth.used_challenges WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  },
  {
    before: 'now',
    text: `DELETE FROM auth.erasure_receipts WHERE receipt_hash IN (
      SELECT receipt_hash FROM auth.erasure_receipts WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  },
]

/** Deletes what is over; several replicas may do it at once. Returns how many rows went. */
export async function sweep(db: Pool, alive: Alive): Promise<number> {
  let gone = 0
  for (const { before, text } of sweeps) {
    let deleted: number
    do {
      deleted = (await db.query(text, [alive[before], batch])).rowCount ?? 0
      gone += deleted
    } while (deleted === batch)
  }
  return gone
}
