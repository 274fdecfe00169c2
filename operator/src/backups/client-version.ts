import { JobError } from './errors.ts'
import { type Manifest } from './manifest.ts'

export interface ClientVersion {
  /** As it says itself: `18.6`. */
  text: string
  major: number
}

/** `pg_dump (PostgreSQL) 18.6 (Debian 18.6-1)`. */
export function parseClientVersion(output: string): ClientVersion {
  const text = /\(PostgreSQL\) (\d+[\w.]*)/.exec(output)?.[1]
  if (text === undefined)
    throw new JobError(
      'JOB_MISCONFIGURED',
      "What was given as PostgreSQL's client is not one: it does not say its version.",
    )
  return { text, major: Number.parseInt(text, 10) }
}

/** `server_version_num` to the number that releases are known by: 180004 is 18. */
export const serverMajor = (serverVersion: number): number => Math.floor(serverVersion / 10_000)

/** pg_dump reads servers up to its own version; an older one writes less than there is, or nothing. */
export function judgeDumpClient(pgDump: ClientVersion, serverVersion: number): void {
  const server = serverMajor(serverVersion)
  if (pgDump.major >= server) return
  throw new JobError(
    'CLIENT_OLDER',
    `pg_dump is version ${pgDump.text}, the server is PostgreSQL ${String(server)}. Use a backup image whose client is as new as the server.`,
  )
}

/** What can be told before a byte of the bundle is read: will it go into this server and this schema? */
export function judgeTarget(
  { postgresql, schemaVersion }: Pick<Manifest, 'postgresql' | 'schemaVersion'>,
  target: { pgRestore: ClientVersion; serverVersion: number; newestSchemaVersion: number },
): void {
  const { pgRestore, serverVersion, newestSchemaVersion } = target
  if (schemaVersion > newestSchemaVersion) {
    throw new JobError(
      'SCHEMA_NEWER',
      `The backup has schema version ${String(schemaVersion)}, the tenant's runtime knows up to ${String(newestSchemaVersion)}. Take a newer runtime image first.`,
    )
  }
  const from = serverMajor(postgresql.server)
  if (from > serverMajor(serverVersion)) {
    throw new JobError(
      'SCHEMA_NEWER',
      `The backup comes from PostgreSQL ${String(from)}, the target is PostgreSQL ${String(serverMajor(serverVersion))}. Restore it into a server that is as new.`,
    )
  }
  if (pgRestore.major < Number.parseInt(postgresql.pgDump, 10)) {
    throw new JobError(
      'CLIENT_OLDER',
      `pg_restore is version ${pgRestore.text}, the backup was written by pg_dump ${postgresql.pgDump}. Use a backup image whose client is as new.`,
    )
  }
}
