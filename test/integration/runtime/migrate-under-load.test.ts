import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configPaths, readTenantFiles } from '../../../runtime/src/config-files.ts'
import { readMigrations } from '../../../runtime/src/db/migration-files.ts'
import { migrate } from '../../../runtime/src/db/migrator.ts'
import { openClient, openPool } from '../../../runtime/src/db/pool.ts'
import { schemaVersion } from '../../../runtime/src/db/schema-version.ts'
import { createStore, type Store } from '../../../runtime/src/db/store.ts'
import { startPostgres, type PostgresServer } from '../../support/postgres.ts'
import { makeTenant } from '../../support/tenant-runtime.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres({ version: 15 })
})
afterAll(() => server.stop())

const now = new Date()
const later = new Date(now.getTime() + 86_400_000)
const caller = { ip: '192.0.2.1', userAgent: null, country: null }
const newSession = () => ({
  ...{ id: randomUUID(), auditID: randomUUID(), now, expiresAt: later, cookieHash: null, caller },
  refresh: { hash: randomBytes(32), expiresAt: later },
  challenge: { hash: randomBytes(32), expiresAt: later },
})

/** One person signs up, in, and fails: all that a runtime of the former version writes. */
async function comeAndGo(store: Store): Promise<void> {
  const user = { id: randomUUID(), handle: randomBytes(64), name: 'Ada' }
  const passkey = {
    ...{ credentialID: randomBytes(32), publicKey: randomBytes(91), algorithm: -7, signCount: 0 },
    ...{ backupEligible: true, backedUp: true, transports: [], aaguid: randomUUID() },
  }
  expect(await store.signUp({ ...newSession(), user, passkey })).toBeUndefined()
  const { credentialID } = passkey
  const attempt = { ...newSession(), credentialID, userID: user.id, signCount: 0, backedUp: true }
  expect(await store.signIn(attempt)).toEqual({ name: 'Ada' })
  await store.recordFailedAttempt({
    ...{ id: randomUUID(), occurredAt: now, type: 'sign_in', reason: 'malformed', caller },
    identifier: credentialID.toString('base64url'),
  })
}

describe('a migration beside a runtime of the former version', () => {
  it('fails nobody who signs up or in meanwhile, however the two meet', async () => {
    const files = await readMigrations(new URL('../../../runtime/src/db/migrations/', import.meta.url))
    for (let turn = 0; turn < 6; turn += 1) {
      const fixture = await makeTenant(server, `underload${turn}`)
      const { tenant, databaseCA: ca } = await readTenantFiles(fixture.folder)
      const paths = configPaths(fixture.folder)
      const as = (role: string, passwordFile: string) => ({
        database: tenant.database,
        role,
        passwordFile,
        ca,
      })
      const owner = await openClient(as(tenant.database.ownerRole, paths.databaseOwner), () => undefined)
      const pool = openPool(as(tenant.database.appRole, paths.databaseApp), () => undefined)
      const store = createStore(pool, (_operation, run) => run())
      try {
        await migrate(owner, files.slice(0, 1))
        let [people, going] = [0, true]
        const coming = Array.from({ length: 4 }, async () => {
          while (going) {
            await comeAndGo(store)
            people += 1
          }
        })
        // Some statements were prepared by then, with plans of their own, and some are new.
        await new Promise((resolve) => setTimeout(resolve, 60 * turn))
        const before = people
        expect(await migrate(owner, files)).toBe(schemaVersion)
        await new Promise((resolve) => setTimeout(resolve, 100))
        going = false
        await Promise.all(coming)
        expect(people).toBeGreaterThan(before)
      } finally {
        await pool.end()
        await owner.end()
        fixture.remove()
      }
    }
    expect(readFileSync(server.logFile, 'utf8')).not.toContain('deadlock detected')
  })
})
