/** A backup's and a restore's Job as their programs in processes of their own, over what a `BackupLab` has. */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type StorePlace, documentText } from '../../operator/src/backups/documents.ts'
import { type BackupName, wholeSeconds } from '../../operator/src/backups/object-name.ts'
import { schemaVersion } from '../../runtime/src/db/schema-version.ts'
import { type BackupLab, type LabTenant } from './backup-lab.ts'
import { type JobProcess, type Mounts, startJob } from './job-process.ts'
import { type PostgresServer } from './postgres.ts'

export const volumePlace = { kind: 'volume', prefix: '' } as const satisfies StorePlace

export class JobLab {
  private readonly lab: BackupLab
  private readonly server: PostgresServer
  private pipes = 0

  constructor(lab: BackupLab, server: PostgresServer) {
    this.lab = lab
    this.server = server
  }

  /** Starts both containers of a Job; each mounts the document and what is its own. */
  startBoth(
    programs: readonly [string, string],
    job: string,
    mounts: readonly [Mounts, Mounts],
  ): { shared: string; processes: readonly [JobProcess, JobProcess] } {
    const { folder, tools } = this.lab
    const shared = join(folder, `pipe-${String(++this.pipes)}`)
    mkdirSync(shared)
    const env = {
      KIAVI_POSTGRES_BIN: dirname(tools.pgDump),
      KIAVI_AGE: tools.age,
      KIAVI_STORE_DIR: join(folder, 'store'),
    }
    const start = (program: string, own: Mounts) =>
      startJob(program, { folder, shared, mounts: { job, ...own }, env })
    return { shared, processes: [start(programs[0], mounts[0]), start(programs[1], mounts[1])] }
  }

  backupDocument(of: LabTenant, name: BackupName, store: StorePlace): string {
    const { recipient } = this.lab.identity(of.tenantID)
    return documentText({ ...this.common(of, 'backup', name, store), reason: 'Manual', recipient })
  }

  /** dump and store; `credentials`: of an S3 server. */
  backup(of: LabTenant, name: BackupName, store: StorePlace = volumePlace, credentials: Mounts = {}) {
    const dumping = { ...this.database(of, 'backup'), installationKey: this.lab.installation.pem }
    const job = this.backupDocument(of, name, store)
    return this.startBoth(['dump', 'store'], job, [dumping, credentials]).processes
  }

  /** fetch and load: `name` is a backup of `of`, and `target` prepared and empty. */
  restore(
    of: LabTenant,
    target: LabTenant,
    { name, sha256 }: { name: BackupName; sha256: string },
    store: StorePlace = volumePlace,
    credentials: Mounts = {},
  ) {
    const job = documentText({
      ...this.common(target, 'owner', name, store),
      ...{ sha256, newestSchemaVersion: schemaVersion },
    })
    const identity = readFileSync(this.lab.identity(of.tenantID).file, 'utf8')
    const loading = { ...this.database(target, 'owner'), identity }
    return this.startBoth(['fetch', 'load'], job, [credentials, loading]).processes
  }

  private database(of: LabTenant, role: 'backup' | 'owner'): Mounts {
    return { databaseCa: this.server.ca ?? '', databasePassword: of.passwords[role] }
  }

  private common(of: LabTenant, role: 'backup' | 'owner', name: BackupName, store: StorePlace) {
    const { startedAt, expiresAt, ...rest } = name
    const { host, port } = this.server
    return {
      backup: { ...rest, startedAt: wholeSeconds(startedAt), expiresAt: wholeSeconds(expiresAt) },
      database: {
        ...{ host, port, tls: 'verify-full' as const },
        ...{ name: of.names.database, username: of.names[role] },
      },
      store,
      installationKeys: this.lab.installation.keys,
      peerWaitSeconds: 20,
    }
  }
}
