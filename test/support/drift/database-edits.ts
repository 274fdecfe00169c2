/** Every way to edit a tenant's database and roles: each right taken away, strangers let in, each attribute turned. */
import { databaseNames } from '../../../operator/src/api/v1alpha1/names.ts'
import { databaseGrants, insideGrants } from '../../../operator/src/providers/database/expected-grants.ts'
import { roleSettings, tenantRoles } from '../../../operator/src/providers/database/expected-roles.ts'
import { grantKey, grantSql, revokeSql } from '../../../operator/src/providers/database/grants.ts'
import { type Grant, type InsideObject } from '../../../operator/src/providers/database/port.ts'

export interface DatabaseEdit {
  name: string
  /** Run as superuser, inside of the tenant's database. */
  sql: string
  /** Refused to whoever is inside. */
  outside?: true
}

export const stranger = 'stranger'

interface Around {
  administrator: string
  objects: readonly InsideObject[]
  serverVersion: number
}

/** One for each right that our tables give, and one for each place where a stranger could be let in. */
function grantEdits(tenantID: string, { administrator, objects, serverVersion }: Around): DatabaseEdit[] {
  const { database, owner } = databaseNames(tenantID)
  const wanted = [
    ...databaseGrants(tenantID, administrator),
    ...insideGrants(tenantID, objects, serverVersion),
  ]
  const name = (what: string, grant: Grant) => `${what} ${grantKey(grant)}`.replaceAll(tenantID, '<id>')
  const places = new Map(wanted.map((grant) => [grantKey({ ...grant, grantee: '', privilege: '' }), grant]))
  return [
    ...wanted.map((grant) => ({ name: name('revoked', grant), sql: revokeSql(grant, database, owner) })),
    ...[...places.values()].flatMap((place) =>
      [stranger, 'PUBLIC'].map((grantee) => {
        const grant = { ...place, grantee }
        return { name: name('granted', grant), sql: grantSql(grant, database, owner) }
      }),
    ),
  ]
}

/** What an administrator without the rights of a superuser can turn back. */
const attributes = [
  'NOLOGIN',
  'CREATEDB',
  'CREATEROLE',
  'INHERIT',
  'CONNECTION LIMIT 0',
  `VALID UNTIL '2001-01-01'`,
  `PASSWORD 'somebody-elses-password'`,
]

function roleEdits(tenantID: string, administrator: string): DatabaseEdit[] {
  const names = databaseNames(tenantID)
  return tenantRoles.flatMap((role) => {
    const settings = roleSettings[role].map((setting) => setting.slice(0, setting.indexOf('=')))
    return [
      ...attributes.map((attribute) => `ALTER ROLE $ ${attribute}`),
      ...settings.map((setting) => `ALTER ROLE $ RESET ${setting}`),
      `ALTER ROLE $ SET work_mem = '1MB'`,
      `ALTER ROLE $ IN DATABASE ${names.database} SET work_mem = '1MB'`,
      // What a superuser granted only a superuser can end: that is told, with the statement, and not put back.
      ...[`GRANT $ TO ${stranger}`, `GRANT $ TO ${stranger} WITH ADMIN OPTION`, `GRANT ${stranger} TO $`].map(
        (grant) => `SET ROLE ${administrator}; ${grant}; RESET ROLE`,
      ),
    ].map((sql) => ({ name: sql.replace('$', role), sql: sql.replaceAll('$', names[role]) }))
  })
}

const databaseEdits = (tenantID: string): DatabaseEdit[] => {
  const { database } = databaseNames(tenantID)
  return [`ALTER DATABASE $ CONNECTION LIMIT -1`, `ALTER DATABASE $ ALLOW_CONNECTIONS false`].map((sql) => ({
    name: sql,
    sql: sql.replace('$', database),
    outside: true,
  }))
}

export const everyDatabaseEdit = (tenantID: string, around: Around): DatabaseEdit[] => [
  ...grantEdits(tenantID, around),
  ...roleEdits(tenantID, around.administrator),
  ...databaseEdits(tenantID),
]
