import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JobError } from '../backups/errors.ts'

/** What is mounted into a container of a Job, each below the folder of its ConfigMap or Secret. */
export const mountedFile = {
  /** All Jobs, all containers: what to do. */
  job: 'job/job.json',
  /** dump, load, replay: PEM; absent where the system's trust store knows the server. */
  databaseCa: 'database-ca/ca.crt',
  /** dump, load, replay: of the role that job.json names. */
  databasePassword: 'database/password',
  /** dump only: Ed25519, PKCS #8. */
  installationKey: 'installation-key/private.pem',
  /** load only: what opens the tenant's backups. */
  identity: 'identity/identity.txt',
  /** store, fetch, sweep: of an S3 store. */
  accessKeyID: 'store/accessKeyID',
  secretAccessKey: 'store/secretAccessKey',
  /** store, fetch, sweep: PEM; absent where the system's trust store knows the S3 server. */
  storeCa: 'store-ca/ca.crt',
} as const

/**
 * replay only: the tenant's journal, each of its parts a file that the codec of the journal reads, in the order of their
 * names. Absent or empty: nothing was journaled.
 */
export const journalFolder = 'journal'

type Name = keyof typeof mountedFile

/** Reads a mounted file; throws where it is missing. Secrets are taken without the newline that a person may have left. */
export async function readMounted(folder: string, name: Name): Promise<string> {
  const text = await readIfMounted(folder, name)
  if (text !== undefined) return text
  throw new JobError(
    'JOB_MISCONFIGURED',
    `${mountedFile[name]} is not mounted, or cannot be read by this user.`,
  )
}

/** The same where a file may be absent. */
export async function readIfMounted(folder: string, name: Name): Promise<string | undefined> {
  try {
    return (await readFile(join(folder, mountedFile[name]), 'utf8')).replace(/[\r\n]+$/, '')
  } catch {
    return undefined
  }
}
