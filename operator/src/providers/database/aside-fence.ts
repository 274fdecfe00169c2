import { databaseNames } from '../../api/v1alpha1/names.ts'
import { lookAside } from './aside-catalogue.ts'
import { judgeOwn, refused } from './aside-judge.ts'
import { type AsideOf } from './aside-port.ts'
import { type Session, transaction } from './connections.ts'
import { doorsSql } from './doors.ts'
import { endSessions } from './end-sessions.ts'
import { tenantRoles } from './expected-roles.ts'
import { markerText, plainMarker } from './marker.ts'
import * as sql from './statements.ts'
import { wholeSecond } from './whole-second.ts'

/** The tenant's own database serves nobody but the one who fetches the journal. */
export async function fence(session: Session, of: AsideOf, since: Date): Promise<void> {
  const names = databaseNames(of.tenantID)
  const look = await lookAside(session, of.tenantID)
  const { own } = look
  // One that is lost serves nobody.
  if (!own) return
  const marker = judgeOwn(own, of)
  const standing = marker.fence
  if (standing && standing.restore.uid !== of.restore.uid)
    throw refused(
      `Database ${names.database} is being replaced by KiaviRestore ${standing.restore.name} already. Wait for its end, or delete it.`,
    )
  const fenced = { ...marker, fence: standing ?? { restore: of.restore, since: wholeSecond(since) } }
  await transaction(session, [
    ...doorsSql(names.database, of.tenantID, { ...look, grants: own.grants }, ['outbox']),
    sql.commentSql(names.database, markerText(fenced)),
  ])
  const away = tenantRoles.filter((role) => role !== 'outbox').map((role) => names[role])
  await endSessions(session, names.database, away)
}

/** As if it had never been fenced by this restore. */
export async function unfence(session: Session, of: AsideOf): Promise<void> {
  const { database } = databaseNames(of.tenantID)
  const look = await lookAside(session, of.tenantID)
  const { own } = look
  if (own?.marker?.fence?.restore.uid !== of.restore.uid) return
  const marker = judgeOwn(own, of)
  const { restored } = marker
  await transaction(session, [
    ...doorsSql(database, of.tenantID, { ...look, grants: own.grants }, tenantRoles),
    sql.commentSql(database, markerText({ ...plainMarker(marker), ...(restored ? { restored } : {}) })),
    // A swap that came no further may have closed it.
    sql.allowConnectionsSql(database, true),
  ])
}
