import { identifier } from './quote.ts'
import { type Grant, type Grantable } from './port.ts'

/** A stable text of a grant, for comparing and sorting. */
export function grantKey(grant: Grant): string {
  return `${place(grant.on)} ${grant.grantee}=${grant.privilege}${grant.option ? '*' : ''}`
}

/** Sorted, without doubles: the same right given by two grantors is one. */
export function sortGrants(grants: readonly Grant[]): Grant[] {
  const byKey = new Map(grants.map((grant) => [grantKey(grant), grant]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, grant]) => grant)
}

/** What must be given, and what must be taken away. */
export function compareGrants(
  seen: readonly Grant[],
  wanted: readonly Grant[],
): { missing: Grant[]; extra: Grant[] } {
  const seenKeys = new Set(seen.map(grantKey))
  const wantedKeys = new Set(wanted.map(grantKey))
  return {
    missing: sortGrants(wanted.filter((grant) => !seenKeys.has(grantKey(grant)))),
    extra: sortGrants(seen.filter((grant) => !wantedKeys.has(grantKey(grant)))),
  }
}

/** GRANT of one right. `owner` is the role whose default privileges are meant. */
export function grantSql(grant: Grant, database: string, owner: string): string {
  const option = grant.option ? ' WITH GRANT OPTION' : ''
  return `${prefix(grant.on, owner)}GRANT ${what(grant)} ON ${target(grant.on, database)} TO ${to(grant)}${option}`
}

/** REVOKE of one right, with all that was granted on the strength of it. */
export function revokeSql(grant: Grant, database: string, owner: string): string {
  const option = grant.option ? 'GRANT OPTION FOR ' : ''
  const from = `ON ${target(grant.on, database)} FROM ${to(grant)} CASCADE`
  return `${prefix(grant.on, owner)}REVOKE ${option}${what(grant)} ${from}`
}

/** Options first: what hangs on them falls with them. */
export const revocationOrder = (grants: readonly Grant[]): Grant[] => [
  ...grants.filter(({ option }) => option),
  ...grants.filter(({ option }) => !option),
]

function place(on: Grantable): string {
  switch (on.kind) {
    case 'database':
      return 'database'
    case 'schema':
      return `schema ${on.schema}`
    case 'table':
    case 'sequence':
      return `${on.kind} ${on.schema}.${on.name}`
    case 'column':
      return `column ${on.schema}.${on.name}.${on.column}`
    case 'routine':
      return `routine ${on.schema}.${on.name}(${on.parameters})`
    case 'default':
      return `default ${on.of}${on.schema === undefined ? '' : ` in ${on.schema}`}`
  }
}

function target(on: Grantable, database: string): string {
  switch (on.kind) {
    case 'database':
      return `DATABASE ${identifier(database)}`
    case 'schema':
      return `SCHEMA ${identifier(on.schema)}`
    case 'table':
    case 'column':
      return `TABLE ${identifier(on.schema)}.${identifier(on.name)}`
    case 'sequence':
      return `SEQUENCE ${identifier(on.schema)}.${identifier(on.name)}`
    case 'routine':
      return `ROUTINE ${identifier(on.schema)}.${identifier(on.name)}(${on.parameters})`
    case 'default':
      return on.of
  }
}

function prefix(on: Grantable, owner: string): string {
  if (on.kind !== 'default') return ''
  const within = on.schema === undefined ? '' : `IN SCHEMA ${identifier(on.schema)} `
  return `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)} ${within}`
}

function what({ on, privilege }: Grant): string {
  if (!/^[A-Z ]+$/.test(privilege)) throw new TypeError('A privilege is a word of PostgreSQL.')
  return on.kind === 'column' ? `${privilege} (${identifier(on.column)})` : privilege
}

const to = ({ grantee }: Grant) => (grantee === 'PUBLIC' ? 'PUBLIC' : identifier(grantee))
