import { asideName, databaseNames } from '../../api/v1alpha1/names.ts'
import { type Hands, actOnDatabase } from './act.ts'
import { lookAside } from './aside-catalogue.ts'
import { findAside, isHalfMade, judgeMine, mine } from './aside-judge.ts'
import { asideMarkerText } from './aside-marker.ts'
import { type AsideOf, type AsideStep } from './aside-port.ts'
import { type Session, transaction } from './connections.ts'
import { doorsSql } from './doors.ts'
import { endSessions } from './end-sessions.ts'
import { tenantRoles } from './expected-roles.ts'
import { observeOutside, observeRoles } from './observe.ts'
import { planRole } from './plan-role.ts'
import { type DatabaseServer, type Passwords } from './port.ts'
import { closePublicSchema, publicByDefault } from './public-schema.ts'
import { passwordFits } from './sign-in.ts'
import * as sql from './statements.ts'
import { wholeSecond } from './whole-second.ts'

type StepOf<Do extends AsideStep['do']> = Extract<AsideStep, { do: Do }>

/** Closed, shut to PUBLIC, marked. */
export async function createAside(session: Session, of: AsideOf, step: StepOf<'createAside'>): Promise<void> {
  const { tenantID } = of
  const name = asideName(tenantID, 'aside', step.number)
  const look = await lookAside(session, tenantID)
  const found = findAside(look, 'aside', step.number)
  if (found && !isHalfMade(found)) {
    judgeMine(found, of)
    return
  }
  if (!found) await session.query(sql.createDatabaseSql(name))
  const text = asideMarkerText({ kind: 'aside', ...of, since: wholeSecond(step.since) })
  await transaction(session, [sql.closeToPublicSql(name), sql.commentSql(name, text)])
}

/** Before a database aside is opened: the tenant's roles, as its own controller would have them. */
export async function prepareRoles(
  hands: Hands,
  server: DatabaseServer,
  wanted: { tenantID: string; database: string; connectionLimit: number },
  passwords: Passwords,
): Promise<void> {
  const { connections } = hands
  const { tenantID, database } = wanted
  const names = databaseNames(tenantID)
  const row = await observeOutside(connections, server, tenantID, database)
  const seen = await observeRoles(row, tenantID, (role) =>
    passwordFits(connections, server, { database, username: names[role], password: passwords[role] }),
  )
  for (const step of tenantRoles.flatMap((role) => planRole(role, seen[role], wanted)))
    await actOnDatabase(hands, server, tenantID, step, passwords)
}

/** Open to the owner role, and to it alone. */
export async function openToOwner(
  session: Session,
  of: AsideOf,
  step: { number: number; connectionLimit: number },
): Promise<void> {
  const look = await lookAside(session, of.tenantID)
  const { name, grants } = mine(look, of, step.number)
  await transaction(session, [
    ...doorsSql(name, of.tenantID, { ...look, grants }, ['owner']),
    sql.limitConnectionsSql(name, step.connectionLimit),
    sql.allowConnectionsSql(name, true),
  ])
}

/** Inside: nothing for PUBLIC; our schemas, by the owner role. */
export async function prepareInside(
  { connections }: Hands,
  server: DatabaseServer,
  { tenantID, database }: { tenantID: string; database: string },
  passwords: Passwords,
): Promise<void> {
  const { owner } = databaseNames(tenantID)
  const doing = `Preparing database ${database}`
  const administrator = { database, username: server.username, password: server.password }
  await connections.visit(server, administrator, doing, (session) =>
    closePublicSchema(session, tenantID, publicByDefault),
  )
  await connections.visit(
    server,
    { database, username: owner, password: passwords.owner },
    doing,
    (session) => transaction(session, sql.prepareInsideSql(tenantID)),
  )
}

/** Exactly these roles may connect; the others are sent away. */
export async function letIn(
  session: Session,
  of: AsideOf,
  { number, roles }: StepOf<'letIn'>,
): Promise<void> {
  const look = await lookAside(session, of.tenantID)
  const { name, grants } = mine(look, of, number)
  await transaction(session, [
    ...doorsSql(name, of.tenantID, { ...look, grants }, roles),
    sql.allowConnectionsSql(name, roles.length > 0),
  ])
  const names = databaseNames(of.tenantID)
  const away = tenantRoles.filter((role) => !(roles as string[]).includes(role)).map((role) => names[role])
  await endSessions(session, name, away)
}
