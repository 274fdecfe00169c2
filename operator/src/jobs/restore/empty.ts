import { JobError } from '../../backups/errors.ts'
import { type Session } from '../../providers/database/connections.ts'
import { schemas } from '../../providers/database/expected-grants.ts'

const sql = `
  SELECT n.nspname::text AS schema, count(c.oid)::int AS objects
  FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  GROUP BY n.nspname ORDER BY n.nspname`

/** Refuses a database that holds anything, or that was not prepared. */
export async function judgeEmpty(session: Session, database: string): Promise<void> {
  const found = await session.query(sql)
  const full = found.filter(({ objects }) => Number(objects) > 0).map(({ schema }) => String(schema))
  if (full.length > 0) {
    throw new JobError(
      'TARGET_NOT_EMPTY',
      `Database ${database} holds something already (in ${full.slice(0, 3).join(', ')}). A backup is restored into an empty one only; nothing was changed.`,
    )
  }
  const missing = schemas.filter((schema) => !found.some((row) => row['schema'] === schema))
  if (missing.length > 0)
    throw new JobError(
      'JOB_MISCONFIGURED',
      `Database ${database} was not prepared: it lacks the schemas ${missing.join(', ')}.`,
    )
}
