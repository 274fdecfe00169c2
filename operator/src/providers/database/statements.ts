import { databaseNames } from '../../api/v1alpha1/names.ts'
import { insideGrants, schemas } from './expected-grants.ts'
import { roleAttributes, roleSettings } from './expected-roles.ts'
import { grantSql } from './grants.ts'
import { settingName } from './plan-role.ts'
import { type RoleAttributes, type TenantRole } from './port.ts'
import { identifier, literal } from './quote.ts'

/**
 * Closed from its first moment: between this statement and the next one nobody connects. UTF8 with the C locale:
 * the same order in every release and on every libc, so that an image's new glibc never breaks an index.
 */
export const createDatabaseSql = (database: string) =>
  `CREATE DATABASE ${identifier(database)} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C' ALLOW_CONNECTIONS false`

export const closeToPublicSql = (database: string) =>
  `REVOKE ALL ON DATABASE ${identifier(database)} FROM PUBLIC CASCADE`

/** `text`: of a marker. */
export const commentSql = (database: string, text: string) =>
  `COMMENT ON DATABASE ${identifier(database)} IS ${literal(text)}`

export const limitConnectionsSql = (database: string, limit: number) =>
  `ALTER DATABASE ${identifier(database)} CONNECTION LIMIT ${integer(limit)}`

/** A closed one lets nobody in, not even a superuser. */
export const allowConnectionsSql = (database: string, allow: boolean) =>
  `ALTER DATABASE ${identifier(database)} ALLOW_CONNECTIONS ${String(allow)}`

/** One transaction: the role with its password and its settings. */
export function createRoleSql(
  tenantID: string,
  role: TenantRole,
  connectionLimit: number,
  verifier: string,
): string[] {
  const attributes = attributesSql({ ...roleAttributes(role, 0), connectionLimit })
  return [
    `CREATE ROLE ${roleName(tenantID, role)} ${attributes} PASSWORD ${literal(verifier)}`,
    ...setSettingsSql(tenantID, role, { set: roleSettings[role], reset: [], resetLocal: [] }),
  ]
}

export const alterRoleSql = (tenantID: string, role: TenantRole, attributes: Partial<RoleAttributes>) =>
  `ALTER ROLE ${roleName(tenantID, role)} ${attributesSql(attributes)}`

export const setPasswordSql = (tenantID: string, role: TenantRole, verifier: string) =>
  `ALTER ROLE ${roleName(tenantID, role)} PASSWORD ${literal(verifier)}`

interface Settings {
  set: readonly string[]
  reset: readonly string[]
  resetLocal: readonly string[]
}

/** One transaction: a role's settings, here and in its database. */
export function setSettingsSql(
  tenantID: string,
  role: TenantRole,
  { set, reset, resetLocal }: Settings,
): string[] {
  const alter = `ALTER ROLE ${roleName(tenantID, role)}`
  return [
    ...set.map((setting) => {
      const name = settingName(setting)
      return `${alter} SET ${identifier(name)} = ${literal(setting.slice(name.length + 1))}`
    }),
    ...reset.map((name) => `${alter} RESET ${settingIdentifier(name)}`),
    ...resetLocal.map(
      (name) => `${alter} IN DATABASE ${databaseName(tenantID)} RESET ${settingIdentifier(name)}`,
    ),
  ]
}

export const revokeMembershipSql = (role: string, member: string) =>
  `REVOKE ${identifier(role)} FROM ${identifier(member)} CASCADE`

/** One transaction, as the owner role: its schemas, and what every object in them will carry. */
export function prepareInsideSql(tenantID: string): string[] {
  const { database, owner } = databaseNames(tenantID)
  const revoke = 'REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC'
  return [
    ...schemas.map((schema) => `CREATE SCHEMA IF NOT EXISTS ${identifier(schema)}`),
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)} ${revoke}`,
    // The server's version only matters for what the owner has by itself.
    ...insideGrants(tenantID, [], 0)
      .filter(({ grantee }) => grantee !== owner)
      .map((grant) => grantSql(grant, database, owner)),
  ]
}

const words: Record<Exclude<keyof RoleAttributes, 'connectionLimit' | 'everlasting'>, string> = {
  login: 'LOGIN',
  superuser: 'SUPERUSER',
  createRole: 'CREATEROLE',
  createDatabase: 'CREATEDB',
  bypassRowSecurity: 'BYPASSRLS',
  replication: 'REPLICATION',
  inherit: 'INHERIT',
}

function attributesSql(attributes: Partial<RoleAttributes>): string {
  const flags = (Object.keys(words) as (keyof typeof words)[])
    .filter((name) => attributes[name] !== undefined)
    .map((name) => `${attributes[name] ? '' : 'NO'}${words[name]}`)
  const { connectionLimit, everlasting } = attributes
  if (connectionLimit !== undefined) flags.push(`CONNECTION LIMIT ${integer(connectionLimit)}`)
  if (everlasting) flags.push(`VALID UNTIL 'infinity'`)
  return flags.join(' ')
}

/** Settings of extensions have a dot: `plpgsql.extra_errors`. */
const settingIdentifier = (name: string) => name.split('.').map(identifier).join('.')
const databaseName = (tenantID: string) => identifier(databaseNames(tenantID).database)
const roleName = (tenantID: string, role: TenantRole) => identifier(databaseNames(tenantID)[role])

function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError('A connection limit is a whole number.')
  return String(value)
}
