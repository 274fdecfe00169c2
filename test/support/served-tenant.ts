/** A migrated tenant with its runtime for the tests of one block: made before the first of them, gone after the last. */
import { type Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { startPostgres, type PostgresServer } from './postgres.ts'
import { type PostgresVersion } from './postgres-binaries.ts'
import { TenantClient } from './tenant-client.ts'
import { makeTenant, type RunningRuntime, type TenantFixture } from './tenant-runtime.ts'

export interface ServedTenant {
  server: PostgresServer
  tenant: TenantFixture
  runtime: RunningRuntime
  /** A superuser's session in the tenant's database. */
  sql: Client
  client: TenantClient
}

/** To be called where tests are described; what it gives is there when they run. */
export function servedTenant(version: PostgresVersion = 15): ServedTenant {
  const served = {} as ServedTenant
  beforeAll(async () => {
    served.server = await startPostgres({ version })
    served.tenant = await makeTenant(served.server, 'k3x9q7w2ab')
    await served.tenant.migrate()
    served.runtime = await served.tenant.start()
    served.sql = await served.server.connect(served.server.superuser, served.tenant.database.name)
    served.client = new TenantClient(served.tenant)
  })
  afterAll(async () => {
    await served.sql.end()
    await served.runtime.stop()
    served.tenant.remove()
    await served.server.stop()
  })
  return served
}
