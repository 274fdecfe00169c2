import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { bundle } from '../../../bundle.ts'
import { type LocalProgram } from '../../cluster/process-kubelet/spawn-plan.ts'
import { ageTools, postgresClients } from '../postgres-clients.ts'

/** What stands for the image of Jobs where pods are processes: its bundle, with this machine's own tools. */
export async function jobsProgram(folder: string, nodeArgs: readonly string[]): Promise<LocalProgram> {
  const dist = join(folder, 'dist')
  await bundle(join(import.meta.dirname, '../../../operator'), dist, 'jobs/main.ts')
  return {
    entrypoint: [process.execPath, ...nodeArgs, join(dist, 'main.js')],
    env: { KIAVI_POSTGRES_BIN: boundToNobody(join(folder, 'bin')), KIAVI_AGE: ageTools().age },
    paths: {
      KIAVI_PIPE_DIR: '/run/kiavi/pipe',
      KIAVI_PRIVATE_DIR: '/run/kiavi/private',
      KIAVI_SPOOL_DIR: '/var/lib/kiavi/spool',
      KIAVI_STORE_DIR: '/var/lib/kiavi/store',
      KIAVI_TERMINATION_LOG: '/dev/termination-log',
    },
  }
}

/**
 * PostgreSQL's programs notice that somebody stands between them and the server, who ends TLS: here it is the fault
 * proxy, and they are told to bear it.
 */
function boundToNobody(folder: string): string {
  mkdirSync(folder)
  const { pgDump, pgRestore, psql } = postgresClients()
  for (const path of [pgDump, pgRestore, psql]) {
    const script = `#!/bin/sh\nPGCHANNELBINDING=disable exec '${path}' "$@"\n`
    writeFileSync(join(folder, basename(path)), script, { mode: 0o755 })
  }
  return folder
}
