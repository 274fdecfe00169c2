import { databaseNames } from '../../api/v1alpha1/names.ts'
import { databaseGrants } from './expected-grants.ts'
import { compareGrants, grantSql, revocationOrder, revokeSql } from './grants.ts'
import { type Grant, type TenantRole } from './port.ts'

/** The statements after which the administrator and exactly these roles of the tenant have rights on the database. */
export function doorsSql(
  database: string,
  tenantID: string,
  seen: { administrator: string; grants: readonly Grant[] },
  roles: readonly TenantRole[],
): string[] {
  const names = databaseNames(tenantID)
  const admitted = [seen.administrator, ...roles.map((role) => names[role])]
  const wanted = databaseGrants(tenantID, seen.administrator).filter(({ grantee }) =>
    admitted.includes(grantee),
  )
  const { missing, extra } = compareGrants(seen.grants, wanted)
  return [
    ...revocationOrder(extra).map((grant) => revokeSql(grant, database, names.owner)),
    ...missing.map((grant) => grantSql(grant, database, names.owner)),
  ]
}
