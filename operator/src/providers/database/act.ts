import { databaseNames } from '../../api/v1alpha1/names.ts'
import { type Connections, type Session, maintenance, transaction } from './connections.ts'
import { membershipQuery } from './catalogue.ts'
import { DatabaseRefused } from './errors.ts'
import { grantSql, revokeSql } from './grants.ts'
import { markerText } from './marker.ts'
import { type DatabaseServer, type DatabaseStep, type Passwords, type TenantRole } from './port.ts'
import { closePublicSchema } from './public-schema.ts'
import { identifier } from './quote.ts'
import { scramVerifier } from './scram.ts'
import * as sql from './statements.ts'

export interface Hands {
  connections: Connections
  /** n random bytes: the salts of verifiers. */
  random: (bytes: number) => Uint8Array
}

/** Does one step. Who does it: the administrator from outside or inside, or the owner role inside. */
export async function actOnDatabase(
  { connections, random }: Hands,
  server: DatabaseServer,
  tenantID: string,
  step: DatabaseStep,
  passwords: Passwords,
): Promise<void> {
  const { database, owner } = databaseNames(tenantID)
  const doing = `${step.do} for database ${database}`
  const outside = (...statements: string[]) =>
    connections.administer(server, doing, (session) => transaction(session, statements))
  const administrator = { database, username: server.username, password: server.password }
  const visit = (login: typeof administrator, work: (session: Session) => Promise<void>) =>
    connections.visit(server, login, doing, work)
  const asOwner = (statements: string[]) =>
    visit({ database, username: owner, password: passwords.owner }, (session) =>
      transaction(session, statements),
    )
  const verifier = (role: TenantRole) => scramVerifier(passwords[role], random(16))

  switch (step.do) {
    case 'createRole':
      return outside(...sql.createRoleSql(tenantID, step.role, step.connectionLimit, verifier(step.role)))
    case 'alterRole':
      return outside(sql.alterRoleSql(tenantID, step.role, step.attributes))
    case 'setSettings':
      return outside(...sql.setSettingsSql(tenantID, step.role, step))
    case 'setPassword':
      return outside(sql.setPasswordSql(tenantID, step.role, verifier(step.role)))
    case 'revokeMembership':
      return connections.administer(server, doing, (session) => revokeMembership(session, step))
    case 'createDatabase': {
      // Not possible in a transaction, and longer than the pool's statements may take.
      const login = { ...administrator, database: maintenance(server) }
      const create = (session: Session) => session.query(sql.createDatabaseSql(database))
      await connections.visit(server, login, doing, create, true)
      return
    }
    case 'closeToPublic':
      return outside(sql.closeToPublicSql(database))
    case 'mark':
      return outside(sql.commentSql(database, markerText(step.marker)))
    case 'grantOnDatabase':
      return outside(...step.grants.map((grant) => grantSql(grant, database, owner)))
    case 'revokeOnDatabase':
      return outside(...step.grants.map((grant) => revokeSql(grant, database, owner)))
    case 'limitConnections':
      return outside(sql.limitConnectionsSql(database, step.limit))
    case 'open':
      return outside(sql.allowConnectionsSql(database, true))
    case 'closePublicSchema':
      return visit(administrator, (session) => closePublicSchema(session, tenantID, step.grants))
    case 'prepareInside':
      return asOwner(sql.prepareInsideSql(tenantID))
    case 'revokeInside':
      return asOwner(step.grants.map((grant) => revokeSql(grant, database, owner)))
    case 'grantInside':
      return asOwner(step.grants.map((grant) => grantSql(grant, database, owner)))
  }
}

/** From 16 on, PostgreSQL lets stand what another role granted, and only warns. */
async function revokeMembership(
  session: Session,
  { role, member }: { role: string; member: string },
): Promise<void> {
  const revoke = sql.revokeMembershipSql(role, member)
  await session.query(revoke)
  const [left] = await session.query(membershipQuery, [identifier(role), identifier(member)])
  if (!left) return
  const mend = `${revoke.replace(' CASCADE', '')} GRANTED BY ${identifier(String(left['grantor']))} CASCADE`
  throw new DatabaseRefused(`${member} is a member of ${role}, and only a superuser can end that: ${mend};`, {
    sqlState: '42501',
  })
}
