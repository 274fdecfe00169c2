import { type Client, type Pool } from './pool.ts'

/** The newest schema that this runtime knows: the number of its last migration. A test holds it to the folder. */
export const schemaVersion = 3

/** The newest migration applied to the database; 0 when there is none. */
export async function readSchemaVersion(db: Pool | Client): Promise<number> {
  const { rows } = await db.query<{ version: number }>({
    name: 'schema-version',
    text: 'SELECT coalesce(max(version), 0) AS version FROM migrations.applied',
  })
  return rows[0]?.version ?? 0
}
