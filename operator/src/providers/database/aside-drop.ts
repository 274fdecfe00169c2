import { databaseNames } from '../../api/v1alpha1/names.ts'
import { lookAside } from './aside-catalogue.ts'
import { refused } from './aside-judge.ts'
import { asideMarkerText } from './aside-marker.ts'
import { type AsideMarker, type AsideOf } from './aside-port.ts'
import { type Session } from './connections.ts'
import { emptyDatabase } from './end-sessions.ts'
import { tenantRoles } from './expected-roles.ts'
import { identifier } from './quote.ts'
import * as sql from './statements.ts'

/** Drops a database aside that is exactly the one that was decided on. A tenant's own is never found here. */
export async function dropAside(
  session: Session,
  { installationID, tenantID }: AsideOf,
  { name, marker }: { name: string; marker: AsideMarker },
): Promise<void> {
  const look = await lookAside(session, tenantID)
  const found = look.databases.find((each) => each.name === name)
  if (!found) {
    if (look.own && name === databaseNames(tenantID).database)
      throw refused(`Database ${name} is the tenant's own: no restore drops it.`)
    return
  }
  const live = found.marker
  const same =
    live?.installationID === installationID &&
    live.tenantID === tenantID &&
    live.kind === found.kind &&
    asideMarkerText(live) === asideMarkerText(marker)
  if (!same)
    throw refused(
      `Database ${name} is not what was to be dropped: its comment says otherwise. Drop it yourself if it is not needed.`,
    )
  if (!found.ours)
    throw refused(
      `Database ${name} does not belong to the administrator that the class names. Drop it yourself.`,
    )
  const names = databaseNames(tenantID)
  await session.query(sql.allowConnectionsSql(name, false))
  await emptyDatabase(
    session,
    name,
    tenantRoles.map((role) => names[role]),
  )
  await session.query(`DROP DATABASE ${identifier(name)}`)
}
