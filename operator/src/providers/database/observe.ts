import { type z } from 'zod'
import { databaseNames } from '../../api/v1alpha1/names.ts'
import { insideQuery, outsideQuery } from './catalogue.ts'
import { insideRow, outsideRow } from './catalogue-rows.ts'
import { type Connections } from './connections.ts'
import { DatabaseRefused } from './errors.ts'
import { schemas } from './expected-grants.ts'
import { tenantRoles } from './expected-roles.ts'
import { sortGrants } from './grants.ts'
import { parseMarker } from './marker.ts'
import {
  type DatabaseObserved,
  type DatabaseServer,
  type InsideObserved,
  type Passwords,
  type TenantRole,
} from './port.ts'
import { isSqlState, signsIn } from './sign-in.ts'

/** One look from outside; one inside as the administrator, where it may enter; one sign-in for each password. */
export async function observeDatabase(
  connections: Connections,
  server: DatabaseServer,
  tenantID: string,
  passwords: Passwords | undefined,
): Promise<DatabaseObserved> {
  const names = databaseNames(tenantID)
  const row = await observeOutside(connections, server, tenantID, names.database)
  const { serverVersion, administrator, database } = row
  const open = database?.allowConnections === true
  const roles = await observeRoles(row, tenantID, async (role) =>
    open && passwords ? signsIn(connections, server, tenantID, role, passwords[role]) : undefined,
  )
  const observed: DatabaseObserved = { serverVersion, administrator, roles }
  if (!database) return observed
  const { comment, grants, ...rest } = database
  const inside = open ? await observeInside(connections, server, tenantID, passwords) : undefined
  observed.database = {
    ...rest,
    marker: parseMarker(comment),
    commented: comment !== null,
    grants: sortGrants(grants.map((grant) => ({ on: { kind: 'database' }, ...grant }))),
    ...(inside ? { inside } : {}),
  }
  return observed
}

/** One database by its name, and the tenant's roles, as the catalogues show them. */
export async function observeOutside(
  connections: Connections,
  server: DatabaseServer,
  tenantID: string,
  database: string,
): Promise<z.infer<typeof outsideRow>> {
  const names = databaseNames(tenantID)
  const roleNames = tenantRoles.map((role) => names[role])
  const [answer] = await connections.administer(server, `Looking at database ${database}`, (session) =>
    session.query(outsideQuery, [database, roleNames]),
  )
  return outsideRow.parse(answer?.['seen'])
}

/** The roles that are there; `tried` says whether the password in our hands is theirs. */
export async function observeRoles(
  { roles }: Pick<z.infer<typeof outsideRow>, 'roles'>,
  tenantID: string,
  tried: (role: TenantRole) => Promise<boolean | undefined>,
): Promise<DatabaseObserved['roles']> {
  const names = databaseNames(tenantID)
  const observed: DatabaseObserved['roles'] = {}
  for (const role of tenantRoles) {
    const seen = roles[names[role]]
    if (!seen) continue
    observed[role] = {
      ...seen,
      memberOf: seen.memberOf.toSorted(),
      members: seen.members.toSorted(),
      settings: seen.settings.toSorted(),
      localSettings: seen.localSettings.toSorted(),
      passwordWorks: await tried(role),
    }
  }
  return observed
}

async function observeInside(
  connections: Connections,
  server: DatabaseServer,
  tenantID: string,
  passwords: Passwords | undefined,
): Promise<InsideObserved | undefined> {
  const { database, owner } = databaseNames(tenantID)
  const login = { database, username: server.username, password: server.password }
  try {
    const [answer] = await connections.visit(server, login, `Looking into database ${database}`, (session) =>
      session.query(insideQuery, [schemas, owner]),
    )
    const row = insideRow.parse(answer?.['seen'])
    return {
      schemas: row.schemas.toSorted(),
      objects: row.objects,
      foreign: row.foreign.toSorted(),
      grants: sortGrants(row.grants),
      schemaVersion: passwords ? await newestMigration(connections, server, tenantID, passwords) : undefined,
    }
  } catch (error) {
    if (isSqlState(error, '42501', '55000')) return undefined
    throw error
  }
}

/** As the outbox role, which may read the list of migrations and nothing of people. */
async function newestMigration(
  connections: Connections,
  server: DatabaseServer,
  tenantID: string,
  passwords: Passwords,
): Promise<number | undefined> {
  const { database, outbox } = databaseNames(tenantID)
  const login = { database, username: outbox, password: passwords.outbox }
  try {
    const [row] = await connections.visit(server, login, `Reading the migrations of ${database}`, (session) =>
      session.query('SELECT coalesce(max(version), 0)::int AS version FROM migrations.applied'),
    )
    return Number(row?.['version'])
  } catch (error) {
    if (isSqlState(error, '42P01', '3F000')) return 0
    // Its password or its grants are astray: the plan mends that, and the next look asks again.
    if (error instanceof DatabaseRefused || isSqlState(error, '53300')) return undefined
    throw error
  }
}
