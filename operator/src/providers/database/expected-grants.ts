import { databaseNames } from '../../api/v1alpha1/names.ts'
import { sortGrants } from './grants.ts'
import { type Grant, type Grantable, type InsideObject, type TenantRole } from './port.ts'

/** The schemas of a tenant's database; the owner role makes and owns them. */
export const schemas = ['auth', 'outbox', 'migrations'] as const
type Schema = (typeof schemas)[number]
type Reader = Exclude<TenantRole, 'owner'>

const dml = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']

/** Who may do what with the tables of a schema; the owner role beside them all. */
const onTables: Record<Schema, Partial<Record<Reader, readonly string[]>>> = {
  auth: { app: dml, backup: ['SELECT'] },
  outbox: { app: ['INSERT'], backup: ['SELECT'], outbox: ['SELECT', 'DELETE'] },
  migrations: { app: ['SELECT'], backup: ['SELECT'], outbox: ['SELECT'] },
}
const onSequences: typeof onTables = {
  auth: { app: ['USAGE'], backup: ['SELECT'] },
  outbox: { app: ['USAGE'], backup: ['SELECT'] },
  migrations: { backup: ['SELECT'] },
}
const onRoutines: typeof onTables = { auth: { app: ['EXECUTE'] }, outbox: {}, migrations: {} }

/** Every right on the database itself. PUBLIC has none. */
export function databaseGrants(tenantID: string, administrator: string): Grant[] {
  const { owner, app, backup, outbox } = databaseNames(tenantID)
  const on = { kind: 'database' } as const
  return sortGrants([
    ...give(on, administrator, ['CONNECT', 'CREATE', 'TEMPORARY']),
    ...give(on, owner, ['CONNECT', 'CREATE']),
    ...[app, backup, outbox].flatMap((role) => give(on, role, ['CONNECT'])),
  ])
}

/** Every right inside, given the objects that are there. `serverVersion`: MAINTAIN came with 17. */
export function insideGrants(
  tenantID: string,
  objects: readonly InsideObject[],
  serverVersion: number,
): Grant[] {
  const { owner } = databaseNames(tenantID)
  const own = ownerPrivileges(serverVersion)
  return sortGrants([
    ...give({ kind: 'default', of: 'TABLES' }, owner, own.table),
    ...give({ kind: 'default', of: 'SEQUENCES' }, owner, own.sequence),
    ...give({ kind: 'default', of: 'FUNCTIONS' }, owner, own.routine),
    ...give({ kind: 'default', of: 'SCHEMAS' }, owner, own.schema),
    ...schemas.flatMap((schema) => [
      ...give({ kind: 'schema', schema }, owner, own.schema),
      ...giveReaders(tenantID, { kind: 'schema', schema }, readersOf(schema)),
      ...giveReaders(tenantID, { kind: 'default', of: 'TABLES', schema }, onTables[schema]),
      ...giveReaders(tenantID, { kind: 'default', of: 'SEQUENCES', schema }, onSequences[schema]),
      ...giveReaders(tenantID, { kind: 'default', of: 'FUNCTIONS', schema }, onRoutines[schema]),
    ]),
    ...objects.flatMap((object) => [
      ...give(object, owner, own[object.kind]),
      ...(isOurs(object.schema)
        ? giveReaders(tenantID, object, readersOfKind[object.kind][object.schema])
        : []),
    ]),
  ])
}

const readersOfKind = { table: onTables, sequence: onSequences, routine: onRoutines }

const isOurs = (schema: string): schema is Schema => (schemas as readonly string[]).includes(schema)

function readersOf(schema: Schema): Partial<Record<Reader, readonly string[]>> {
  const roles = Object.keys(onTables[schema]) as Reader[]
  return Object.fromEntries(roles.map((role) => [role, ['USAGE']]))
}

/** What an owner has by itself. A stranger can take even that away, so it is watched like the rest. */
function ownerPrivileges(serverVersion: number) {
  const table = [...dml, 'TRUNCATE', 'REFERENCES', 'TRIGGER']
  return {
    table: serverVersion >= 170000 ? [...table, 'MAINTAIN'] : table,
    sequence: ['SELECT', 'UPDATE', 'USAGE'],
    routine: ['EXECUTE'],
    schema: ['CREATE', 'USAGE'],
  }
}

function giveReaders(
  tenantID: string,
  on: Grantable,
  readers: Partial<Record<Reader, readonly string[]>>,
): Grant[] {
  const names = databaseNames(tenantID)
  return (Object.keys(readers) as Reader[]).flatMap((role) => give(on, names[role], readers[role] ?? []))
}

const give = (on: Grantable, grantee: string, privileges: readonly string[]): Grant[] =>
  privileges.map((privilege) => ({ on, grantee, privilege, option: false }))
