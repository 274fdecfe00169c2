import { createSecretKey, type KeyObject } from 'node:crypto'
import { type Pool } from './pool.ts'

/** The key of the challenges: made by the first migration, the same for every replica. */
export async function readChallengeKey(db: Pool): Promise<KeyObject> {
  const { rows } = await db.query<{ key: Buffer }>(
    "SELECT key FROM auth.service_keys WHERE name = 'challenge'",
  )
  const key = rows[0]?.key
  if (key === undefined)
    throw new Error('The challenge key is missing from auth.service_keys; run the migration step.')
  return createSecretKey(key)
}
