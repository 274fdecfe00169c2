import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseTenant, type Tenant } from './config.ts'

/** Where things lie under the configuration directory: the operator mounts them there. */
export const configPaths = (configDir: string) => ({
  tenant: join(configDir, 'tenant', 'tenant.json'),
  databaseCA: join(configDir, 'tenant', 'database-ca.crt'),
  keys: join(configDir, 'keys'),
  databaseApp: join(configDir, 'database-app', 'password'),
  databaseOwner: join(configDir, 'database-owner', 'password'),
})

export interface TenantFiles {
  tenant: Tenant
  /** PEM; absent: the system's trust store. */
  databaseCA: string | undefined
}

export async function readTenantFiles(configDir: string): Promise<TenantFiles> {
  const paths = configPaths(configDir)
  const tenant = parseTenant(await readFile(paths.tenant, 'utf8'))
  return { tenant, databaseCA: await readIfThere(paths.databaseCA) }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
