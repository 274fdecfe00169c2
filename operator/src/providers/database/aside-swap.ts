import { asideName, databaseNames } from '../../api/v1alpha1/names.ts'
import { type LiveLook, lookAside } from './aside-catalogue.ts'
import { findAside, judgeOwn, mine, refused } from './aside-judge.ts'
import { asideMarkerText } from './aside-marker.ts'
import { type AsideOf, type AsideStep } from './aside-port.ts'
import { type Session, transaction } from './connections.ts'
import { doorsSql } from './doors.ts'
import { emptyDatabase } from './end-sessions.ts'
import { tenantRoles } from './expected-roles.ts'
import { markerText, plainMarker } from './marker.ts'
import { identifier } from './quote.ts'
import * as sql from './statements.ts'
import { wholeSecond } from './whole-second.ts'

type Swap = Extract<AsideStep, { do: 'swap' }>

/**
 * Both databases are closed and emptied first, since one with a session in it cannot be renamed; then all that changes
 * hands does so in one transaction. A crash before that leaves a closed and fenced database, which `unfence` opens.
 */
export async function swap(session: Session, of: AsideOf, step: Swap): Promise<void> {
  const { tenantID } = of
  const names = databaseNames(tenantID)
  const before = asideName(tenantID, 'before', step.number)
  const look = await lookAside(session, tenantID)
  if (isDone(look, of, step.number)) return
  const { own } = look
  const aside = mine(look, of, step.number)
  if (own) judgeFenced(own, of)
  if (findAside(look, 'before', step.number))
    throw refused(`Database ${before} exists already. Rename or drop it if it is not needed.`)

  const roles = tenantRoles.map((role) => names[role])
  for (const name of [...(own ? [names.database] : []), aside.name]) {
    await session.query(sql.allowConnectionsSql(name, false))
    await emptyDatabase(session, name, roles)
  }
  const since = wholeSecond(step.since)
  const kept = asideMarkerText({ kind: 'before', ...of, since, until: wholeSecond(step.until) })
  const restored = markerText({ ...plainMarker(step.marker), restored: { restore: of.restore, since } })
  await transaction(session, [
    ...(own
      ? [
          ...doorsSql(names.database, tenantID, { ...look, grants: own.grants }, []),
          sql.commentSql(names.database, kept),
          renameSql(names.database, before),
        ]
      : []),
    ...doorsSql(aside.name, tenantID, { ...look, grants: aside.grants }, tenantRoles),
    sql.limitConnectionsSql(aside.name, step.connectionLimit),
    sql.commentSql(aside.name, restored),
    sql.allowConnectionsSql(aside.name, true),
    renameSql(aside.name, names.database),
  ])
}

/** The database says itself who put it there; or the one that it replaced does. */
function isDone(look: LiveLook, { restore }: AsideOf, number: number): boolean {
  if (findAside(look, 'aside', number)) return false
  const replaced = findAside(look, 'before', number)?.marker?.restore.uid
  return look.own?.marker?.restored?.restore.uid === restore.uid || replaced === restore.uid
}

function judgeFenced(own: NonNullable<LiveLook['own']>, of: AsideOf): void {
  const { fence } = judgeOwn(own, of)
  if (fence?.restore.uid === of.restore.uid) return
  const { database } = databaseNames(of.tenantID)
  throw refused(`Database ${database} still serves: it is not fenced by KiaviRestore ${of.restore.name}.`)
}

const renameSql = (from: string, to: string) =>
  `ALTER DATABASE ${identifier(from)} RENAME TO ${identifier(to)}`
