import { databaseNames } from '../../api/v1alpha1/names.ts'
import { markerText, sameMarker } from './marker.ts'
import { compareGrants, revocationOrder } from './grants.ts'
import { databaseGrants, insideGrants, schemas } from './expected-grants.ts'
import { planRole } from './plan-role.ts'
import { tenantRoles } from './expected-roles.ts'
import { publicByDefault } from './public-schema.ts'
import { literal, identifier } from './quote.ts'
import {
  type DatabaseFinding,
  type DatabaseObserved,
  type DatabasePlan,
  type DatabaseStep,
  type DatabaseWanted,
  type Grant,
  type InsideObserved,
  type RestorePassage,
} from './port.ts'

/**
 * What to do, in order, so that the tenant's database is as it must be; no steps when it is. A finding that forbids
 * comes without any step. PUBLIC is shut out and the marker set before the database is opened.
 */
export function planDatabase(observed: DatabaseObserved, wanted: DatabaseWanted): DatabasePlan {
  const forbidding = forbiddingFinding(observed, wanted)
  if (forbidding) return { steps: [], findings: [forbidding] }
  return {
    steps: [
      ...planRoles(observed, wanted),
      ...planOutside(observed, wanted),
      ...planInside(observed, wanted),
    ],
    findings: observed.database?.inside ? foreignObjects(observed.database.inside) : [],
  }
}

function forbiddingFinding(observed: DatabaseObserved, wanted: DatabaseWanted): DatabaseFinding | undefined {
  const { database: name } = databaseNames(wanted.tenantID)
  const { database } = observed
  if (!database) return wanted.provisionedBefore ? lost(`Database ${name} is gone`, wanted) : undefined
  if (!isMine(database.marker, wanted)) {
    if (wanted.provisionedBefore) return lost(`Database ${name} does not carry this tenant's marker`, wanted)
    const halfMade = database.ours && !database.commented && !database.allowConnections
    if (!halfMade) {
      const mend = 'Rename or drop it if it is not needed; nothing in it was touched.'
      return { reason: 'NameConflict', message: `Database ${name} exists and is not this tenant's. ${mend}` }
    }
  }
  if (!database.ours) {
    const mend = `ALTER DATABASE ${identifier(name)} OWNER TO ${identifier(observed.administrator)}`
    return {
      reason: 'DatabaseNotOwned',
      message: `Database ${name} does not belong to ${observed.administrator}. As superuser: ${mend};`,
    }
  }
  const fence = database.marker?.fence
  // That of an installation that is no more ends with the adoption.
  if (fence && database.marker?.installationID === wanted.marker.installationID) return fenced(name, fence)
  const gone = database.inside && wanted.provisionedBefore ? missingSchemas(database.inside) : []
  if (gone.length > 0) return lost(`Schema ${gone.join(', ')} is gone from database ${name}`, wanted)
  return undefined
}

function lost(what: string, wanted: DatabaseWanted): DatabaseFinding {
  const { database } = databaseNames(wanted.tenantID)
  const comment = `COMMENT ON DATABASE ${identifier(database)} IS ${literal(markerText(wanted.marker))}`
  return {
    reason: 'DatabaseLost',
    message:
      `${what}, and it was there before. Nothing is made in its place. Restore it from a backup` +
      `; if it is the same database and only its comment was lost: ${comment};`,
  }
}

/** Rights that a restore took are no drift. */
function fenced(name: string, { restore, since }: RestorePassage): DatabaseFinding {
  const by = `KiaviRestore ${restore.name} of namespace ${restore.namespace}`
  const message = `${by} is about to replace database ${name}; nobody is served since ${since}. Its status says how far it is.`
  return { reason: 'DatabaseFenced', message }
}

function isMine(
  marker: DatabaseWanted['marker'] | undefined,
  { marker: mine, adoptFrom }: DatabaseWanted,
): boolean {
  if (marker?.tenantID !== mine.tenantID) return false
  return marker.installationID === mine.installationID || marker.installationID === adoptFrom
}

const planRoles = (observed: DatabaseObserved, wanted: DatabaseWanted): DatabaseStep[] =>
  tenantRoles.flatMap((role) => planRole(role, observed.roles[role], wanted))

function planOutside({ database, administrator }: DatabaseObserved, wanted: DatabaseWanted): DatabaseStep[] {
  const expected = databaseGrants(wanted.tenantID, administrator)
  const mark: DatabaseStep = { do: 'mark', marker: wanted.marker }
  const limit: DatabaseStep = { do: 'limitConnections', limit: wanted.connectionLimit }
  if (!database) {
    const grants = expected.filter(({ grantee }) => grantee !== administrator)
    return [
      { do: 'createDatabase' },
      { do: 'closeToPublic' },
      mark,
      { do: 'grantOnDatabase', grants },
      limit,
      { do: 'open' },
    ]
  }
  const { missing, extra } = compareGrants(database.grants, expected)
  const strangers = revocationOrder(extra.filter(({ grantee }) => grantee !== 'PUBLIC'))
  return [
    ...when(extra.length > strangers.length, { do: 'closeToPublic' }),
    ...when(!sameMarker(database.marker, wanted.marker), mark),
    ...when(strangers.length > 0, { do: 'revokeOnDatabase', grants: strangers }),
    ...when(missing.length > 0, { do: 'grantOnDatabase', grants: missing }),
    ...when(database.connectionLimit !== wanted.connectionLimit, limit),
    ...when(!database.allowConnections, { do: 'open' }),
  ]
}

function planInside({ database, serverVersion }: DatabaseObserved, wanted: DatabaseWanted): DatabaseStep[] {
  const inside = database?.inside
  if (!inside) {
    // Closed or barred by a stranger, it may hold people's data: it is looked into before anything is made there.
    const justMade = !wanted.provisionedBefore && !database?.allowConnections
    return justMade ? [{ do: 'closePublicSchema', grants: publicByDefault }, { do: 'prepareInside' }] : []
  }
  const publicly = inside.grants.filter(inPublicSchema)
  const { missing, extra } = compareGrants(
    inside.grants.filter((grant) => !inPublicSchema(grant)),
    insideGrants(wanted.tenantID, inside.objects, serverVersion),
  )
  const close = when(publicly.length > 0, {
    do: 'closePublicSchema' as const,
    grants: revocationOrder(publicly),
  })
  // Preparing gives the rights that belong to what it makes: the next look finds what is then still amiss.
  if (missingSchemas(inside).length > 0) return [...close, { do: 'prepareInside' }]
  return [
    ...close,
    ...when(extra.length > 0, { do: 'revokeInside', grants: revocationOrder(extra) }),
    ...when(missing.length > 0, { do: 'grantInside', grants: missing }),
  ]
}

const missingSchemas = (inside: InsideObserved) =>
  schemas.filter((schema) => !inside.schemas.includes(schema))

const inPublicSchema = ({ on }: Grant) => on.kind === 'schema' && on.schema === 'public'

function foreignObjects({ foreign }: InsideObserved): DatabaseFinding[] {
  if (foreign.length === 0) return []
  const message = `Not the owner role's, in its schemas: ${foreign.join(', ')}. Give them to it or drop them.`
  return [{ reason: 'ForeignObjects', message }]
}

const when = (condition: boolean, step: DatabaseStep): DatabaseStep[] => (condition ? [step] : [])
