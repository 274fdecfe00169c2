import { type Pool } from './pool.ts'

/** Rows per statement, so that no sweep holds many locks at once. */
const batch = 1_000

const sweeps = [
  `DELETE FROM auth.sessions WHERE id IN (
     SELECT id FROM auth.sessions WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  `DELETE FROM auth.refresh_tokens WHERE secret_hash IN (
     SELECT secret_hash FROM auth.refresh_tokens WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  `DELETE FROM auth.used_challenges WHERE hash IN (
     SELECT hash FROM auth.used_challenges WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
]

/** Deletes what has expired; several replicas may do it at once. Returns how many rows went. */
export async function sweep(db: Pool, now: Date): Promise<number> {
  let gone = 0
  for (const text of sweeps) {
    let deleted: number
    do {
      deleted = (await db.query(text, [now, batch])).rowCount ?? 0
      gone += deleted
    } while (deleted === batch)
  }
  return gone
}
