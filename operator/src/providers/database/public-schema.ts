import { databaseNames } from '../../api/v1alpha1/names.ts'
import { type Session, transaction } from './connections.ts'
import { revokeSql } from './grants.ts'
import { type Grant } from './port.ts'

/** What a fresh database gives away. */
export const publicByDefault: Grant[] = [
  { on: { kind: 'schema', schema: 'public' }, grantee: 'PUBLIC', privilege: 'USAGE', option: false },
]

/** As the administrator, inside: these rights on the schema `public` are taken away, where there is one. */
export async function closePublicSchema(
  session: Session,
  tenantID: string,
  grants: readonly Grant[],
): Promise<void> {
  const [row] = await session.query(`SELECT to_regnamespace('public') IS NOT NULL AS there`)
  if (row?.['there'] !== true) return
  const { database, owner } = databaseNames(tenantID)
  await transaction(
    session,
    grants.map((grant) => revokeSql(grant, database, owner)),
  )
}
