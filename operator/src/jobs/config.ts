import { join } from 'node:path'
import { z } from 'zod'
import { JobError } from '../backups/errors.ts'

const folder = z.string().startsWith('/')

const schema = z.object({
  KIAVI_CONFIG_DIR: folder.default('/etc/kiavi'),
  KIAVI_PIPE_DIR: folder.default('/run/kiavi/pipe'),
  KIAVI_PRIVATE_DIR: folder.default('/run/kiavi/private'),
  KIAVI_SPOOL_DIR: folder.default('/var/lib/kiavi/spool'),
  KIAVI_STORE_DIR: folder.default('/var/lib/kiavi/store'),
  KIAVI_POSTGRES_BIN: folder.default('/usr/lib/postgresql/18/bin'),
  KIAVI_AGE: folder.default('/usr/bin/age'),
  KIAVI_TERMINATION_LOG: folder.default('/dev/termination-log'),
})

/** Where things lie in a container of a Job. */
export interface JobConfig {
  /** `job.json`, and below it what is mounted from Secrets and ConfigMaps. */
  mounted: string
  /** The socket between the two containers; its folder is mounted by both. */
  socket: string
  /** In memory, and mounted by nobody else. */
  privateFolder: string
  /** On disk, with room for a bundle: a restore's load only. */
  spoolFolder: string
  /** Where the class's volume is mounted, where backups lie on one. */
  storeFolder: string
  tools: { pgDump: string; pgRestore: string; psql: string; age: string }
  /** What is written here becomes the container's termination message. */
  terminationLog: string
}

/** The configuration in the environment; names every fault, never a value. */
export function loadJobConfig(env: Record<string, string | undefined>): JobConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new JobError('JOB_MISCONFIGURED', `The environment is not usable: ${faults.join('; ')}.`)
  }
  const { data } = parsed
  const client = (name: string) => join(data.KIAVI_POSTGRES_BIN, name)
  return {
    mounted: data.KIAVI_CONFIG_DIR,
    socket: join(data.KIAVI_PIPE_DIR, 'bundle.sock'),
    privateFolder: data.KIAVI_PRIVATE_DIR,
    spoolFolder: data.KIAVI_SPOOL_DIR,
    storeFolder: data.KIAVI_STORE_DIR,
    tools: {
      pgDump: client('pg_dump'),
      pgRestore: client('pg_restore'),
      psql: client('psql'),
      age: data.KIAVI_AGE,
    },
    terminationLog: data.KIAVI_TERMINATION_LOG,
  }
}
