/** Somebody is erased, as the runtime does it in one statement. */
import { randomBytes } from 'node:crypto'
import { databaseNames } from '../../../operator/src/api/v1alpha1/names.ts'
import { eventually } from '../eventually.ts'
import { type PostgresServer } from '../postgres.ts'

/** `password`: of the tenant's app role. Gives the seconds until the erasure was confirmed. */
export async function erasePerson(
  postgres: PostgresServer,
  { tenantID, password }: { tenantID: string; password: string },
  limitMs = 60_000,
): Promise<number> {
  const names = databaseNames(tenantID)
  const app = await postgres.connect({ user: names.app, password }, names.database)
  try {
    await app.query(
      `INSERT INTO auth.users (id, handle, name, created_at) VALUES (gen_random_uuid(), $1, 'Ada', now())`,
      [randomBytes(64)],
    )
    await app.query('DELETE FROM auth.users')
    const { rows } = await app.query<{ id: string }>(`SELECT currval('outbox.journal_id_seq') AS id`)
    const began = performance.now()
    await eventually(
      'The confirmation of the erasure',
      async () => {
        const answer = await app.query<{ stored: boolean }>('SELECT auth.journal_is_stored($1) AS stored', [
          rows[0]?.id,
        ])
        return answer.rows[0]?.stored
      },
      limitMs,
    )
    return (performance.now() - began) / 1000
  } finally {
    await app.end()
  }
}
