/** A migrated tenant on a real PostgreSQL, for runtimes that are measured. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { type PostgresServer, startPostgres } from '../support/postgres.ts'
import { makeSigningKey, mountKeys, type TestKey } from '../support/tenant-files.ts'
import { makeTenant, type TenantFixture } from '../support/tenant-runtime.ts'
import { answersRightly } from './bench.ts'
import { type People, settlePeople } from './people.ts'
import { core, pin } from './pinning.ts'

export interface BenchTenant extends TenantFixture {
  people: People
}

/** TLS and commits that wait for the disk, as in production; beside the server on the other core. */
export async function startDatabase(): Promise<PostgresServer> {
  const server = await startPostgres({ version: 18, durable: true })
  pin(core.rest, server.pid())
  return server
}

export async function benchTenant(
  server: PostgresServer,
  tenantID: string,
  peopleCount: number,
): Promise<BenchTenant> {
  const tenant = await makeTenant(server, tenantID)
  const { code, lines } = await tenant.migrate()
  answersRightly(code === 0, `The migration step ended with ${code}: ${JSON.stringify(lines)}`)
  return { ...tenant, people: await settlePeople(server, tenant.database.name, peopleCount) }
}

/** An active key and a standby, as every tenant has them. */
export interface KeyPairs {
  bits: number
  keys: TestKey[]
  active: KeyObject
}

export function makeKeys(bits: number): KeyPairs {
  const keys = [makeSigningKey(bits), makeSigningKey(bits)]
  const { publicKey } = keys[0]!
  return { bits, keys, active: createPublicKey({ key: { ...publicKey }, format: 'jwk' }) }
}

export const useKeys = (tenant: TenantFixture, { keys }: KeyPairs) =>
  mountKeys(join(tenant.folder, 'keys'), keys)
