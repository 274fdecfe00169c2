import { type ClientVersion } from '../../backups/client-version.ts'
import { schemas } from '../../providers/database/expected-grants.ts'

/** How pg_dump is called. Owners and rights are left in: they are left out when a database is filled. */
export const pgDumpArgs = (client: ClientVersion, snapshot: string, conninfo: string): string[] => [
  '--format=custom',
  // A tenth of gzip's time; clients before 16 have gzip only.
  ...(client.major >= 16 ? ['--compress=zstd'] : []),
  `--snapshot=${snapshot}`,
  ...schemas.map((schema) => `--schema=${schema}`),
  '--strict-names',
  // Behind a migration that waits for us, waiting would be for ever.
  '--lock-wait-timeout=60000',
  '--no-password',
  '--verbose',
  `--dbname=${conninfo}`,
]

/** The table whose content pg_dump says that it is writing now: `auth.users`. */
export const dumpedTable = (line: string): string | undefined =>
  /^pg_dump: dumping contents of table "(.+)"$/.exec(line)?.[1]
