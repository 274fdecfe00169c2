/** A tenant's database with its roles and schemas on a test server: what the operator prepares for a runtime. */
import { randomBytes } from 'node:crypto'
import { type PostgresServer } from './postgres.ts'

export interface TenantDatabase {
  name: string
  appRole: string
  ownerRole: string
  passwords: { app: string; owner: string }
}

export async function makeTenantDatabase(server: PostgresServer, tenantID: string): Promise<TenantDatabase> {
  const name = `kiavi_${tenantID}`
  const passwords = { app: randomBytes(18).toString('hex'), owner: randomBytes(18).toString('hex') }
  const database: TenantDatabase = { name, appRole: `${name}_app`, ownerRole: `${name}_owner`, passwords }
  const admin = await server.connect(server.superuser)
  await admin.query(`CREATE ROLE ${database.appRole} LOGIN PASSWORD '${passwords.app}'`)
  await admin.query(`CREATE ROLE ${database.ownerRole} LOGIN PASSWORD '${passwords.owner}'`)
  await admin.query(`CREATE DATABASE ${name}`)
  await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`)
  await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${database.appRole}, ${database.ownerRole}`)
  await admin.end()
  const inside = await server.connect(server.superuser, name)
  const byDefault = `ALTER DEFAULT PRIVILEGES FOR ROLE ${database.ownerRole}`
  await inside.query(`${byDefault} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`)
  for (const [schema, rights] of [
    ['auth', { TABLES: 'SELECT, INSERT, UPDATE, DELETE', SEQUENCES: 'USAGE', FUNCTIONS: 'EXECUTE' }],
    ['outbox', { TABLES: 'INSERT', SEQUENCES: 'USAGE' }],
    ['migrations', { TABLES: 'SELECT' }],
  ] as const) {
    await inside.query(`CREATE SCHEMA ${schema} AUTHORIZATION ${database.ownerRole}`)
    await inside.query(`GRANT USAGE ON SCHEMA ${schema} TO ${database.appRole}`)
    for (const [kind, privileges] of Object.entries(rights))
      await inside.query(
        `${byDefault} IN SCHEMA ${schema} GRANT ${privileges} ON ${kind} TO ${database.appRole}`,
      )
  }
  await inside.end()
  return database
}
