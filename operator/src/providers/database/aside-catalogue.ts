import { z } from 'zod'
import { databaseNames } from '../../api/v1alpha1/names.ts'
import { parseAsideMarker } from './aside-marker.ts'
import {
  type AsideDatabase,
  type AsideKind,
  type AsideObserved,
  type Doors,
  type OwnDatabase,
} from './aside-port.ts'
import { type Session } from './connections.ts'
import { tenantRoles } from './expected-roles.ts'
import { sortGrants } from './grants.ts'
import { parseMarker } from './marker.ts'
import { type Grant } from './port.ts'

/** $1: the name of the tenant's own database. All that are named after the tenant. */
const query = `
  SELECT jsonb_build_object(
    'serverVersion', current_setting('server_version_num')::int,
    'administrator', current_user,
    'databases', (
      SELECT coalesce(jsonb_agg(jsonb_build_object(
        'name', d.datname,
        'ours', d.datdba = me.oid,
        'comment', shobj_description(d.oid, 'pg_database'),
        'allowConnections', d.datallowconn,
        'connectionLimit', d.datconnlimit,
        'sessions', (SELECT count(*) FROM pg_stat_activity s WHERE s.datid = d.oid AND s.usesysid IS NOT NULL),
        'grants', (
          SELECT coalesce(jsonb_agg(jsonb_build_object(
            'grantee', coalesce(g.rolname, 'PUBLIC'), 'privilege', a.privilege_type, 'option', a.is_grantable)), '[]')
          FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a LEFT JOIN pg_roles g ON g.oid = a.grantee))
        ORDER BY d.datname), '[]')
      FROM pg_database d WHERE d.datname = $1 OR d.datname ~ ('^' || $1 || '_(aside|before)_[1-9][0-9]*$'))
  ) AS seen
  FROM pg_roles me WHERE me.rolname = current_user`

const database = z.object({
  name: z.string(),
  ours: z.boolean(),
  comment: z.string().nullable(),
  allowConnections: z.boolean(),
  connectionLimit: z.int(),
  sessions: z.int(),
  grants: z.array(z.object({ grantee: z.string(), privilege: z.string(), option: z.boolean() })),
})

const answer = z.object({
  serverVersion: z.int(),
  administrator: z.string(),
  databases: z.array(database),
})

/** A database with what only the hands need of it. */
export interface Seen {
  grants: Grant[]
  comment: string | null
}

/** What is there now, for the session that is about to change it. */
export interface LiveLook extends AsideObserved {
  own?: OwnDatabase & Seen
  databases: (AsideDatabase & Seen)[]
}

/** A live look, in this very session. */
export async function lookAside(session: Session, tenantID: string): Promise<LiveLook> {
  const names = databaseNames(tenantID)
  const [row] = await session.query(query, [names.database])
  const { serverVersion, administrator, databases } = answer.parse(row?.['seen'])
  const look: LiveLook = { serverVersion, administrator, databases: [] }
  for (const { name, comment, grants: rights, ...rest } of databases) {
    const grants = sortGrants(rights.map((right) => ({ on: { kind: 'database' }, ...right })))
    const mayConnect = tenantRoles.filter((role) =>
      rights.some(({ grantee, privilege }) => grantee === names[role] && privilege === 'CONNECT'),
    )
    const doors = { ...rest, mayConnect, grants, comment }
    const [, kind, number] = /_(aside|before)_(\d+)$/.exec(name) ?? []
    if (kind === undefined) look.own = { ...doors, marker: parseMarker(comment) }
    else
      look.databases.push({
        ...doors,
        ...{ name, kind: kind as AsideKind, number: Number(number), marker: parseAsideMarker(comment) },
      })
  }
  look.databases.sort((a, b) => (a.kind === b.kind ? a.number - b.number : a.kind < b.kind ? -1 : 1))
  return look
}

/** The same without what is the hands' own. */
export function observedOf({ serverVersion, administrator, own, databases }: LiveLook): AsideObserved {
  return {
    ...{ serverVersion, administrator },
    ...(own ? { own: { ...doorsOf(own), marker: own.marker } } : {}),
    databases: databases.map((each) => {
      const { name, kind, number, marker } = each
      return { ...doorsOf(each), name, kind, number, marker }
    }),
  }
}

const doorsOf = ({ ours, allowConnections, connectionLimit, mayConnect, sessions }: Doors) => ({
  ...{ ours, allowConnections, connectionLimit, mayConnect, sessions },
})
