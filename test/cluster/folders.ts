import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Record<string, string | undefined>

/** Where fetched binaries and the state of named clusters live; KIAVI_CLUSTER_CACHE moves it. */
export function cacheFolder(env: Environment = process.env): string {
  const moved = env['KIAVI_CLUSTER_CACHE']
  if (moved !== undefined && moved !== '') return moved
  const base = env['XDG_CACHE_HOME']
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.cache'), 'kiavi')
}

/** Everything that a named cluster keeps on disk. */
export const clusterFolder = (name: string, env: Environment = process.env) =>
  join(cacheFolder(env), 'clusters', name)
