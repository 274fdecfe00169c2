import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { schemas } from '../../operator/src/providers/database/expected-grants.ts'
import { conninfo, passwordFile } from '../../operator/src/jobs/conninfo.ts'
import { type BackupLab, type LabTenant } from '../support/backup-lab.ts'
import { type PostgresServer } from '../support/postgres.ts'

const run = promisify(execFile)

/** What somebody types who has no operator: the same client, the same format and compression, the same recipient. */
export function barePipe(lab: BackupLab, server: PostgresServer) {
  const file = join(lab.folder, 'bare.age')
  const { pgDump, pgRestore, age } = lab.tools
  const caFile = join(lab.folder, 'bare.ca')
  writeFileSync(caFile, server.ca ?? '')

  function at({ names, passwords }: LabTenant, role: 'backup' | 'owner'): string {
    const password = join(lab.folder, `bare-${names[role]}`)
    writeFileSync(password, passwordFile(passwords[role]), { mode: 0o600 })
    const { host, port } = server
    return conninfo({
      ...{ host, port, database: names.database, username: names[role] },
      ...{ tls: 'verify-full', caFile, passwordFile: password },
    })
  }

  return {
    /** `pg_dump | age` into a file. */
    dump: (of: LabTenant) =>
      piped(
        [pgDump, '--format=custom', '--compress=zstd', ...schemas.map((each) => `--schema=${each}`)],
        [`--dbname=${at(of, 'backup')}`, '--no-password'],
        [age, '--recipient', lab.identity(of.tenantID).recipient, '--output', file],
      ),
    /** `age -d | pg_restore` of that file. */
    restore: (of: LabTenant, target: LabTenant) =>
      piped(
        [age, '--decrypt', '--identity', lab.identity(of.tenantID).file, file],
        [],
        [
          ...[pgRestore, '--no-owner', '--no-privileges', '--single-transaction', '--no-password'],
          // The schemas were prepared for ours too.
          ...['--section=pre-data', '--section=data', '--section=post-data', '--clean', '--if-exists'],
          `--dbname=${at(target, 'owner')}`,
        ],
      ),
  }
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

const piped = (first: string[], more: string[], second: string[]) =>
  run('bash', [
    ...['-o', 'pipefail', '-c'],
    `${[...first, ...more].map(quoted).join(' ')} | ${second.map(quoted).join(' ')}`,
  ])
