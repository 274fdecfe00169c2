import { z } from 'zod'
import { JobError } from './errors.ts'
import { type BackupName, bundleName, isInstallationID, isTenantID, mostSequence } from './object-name.ts'

/** Whole seconds. */
export const instant = z.iso.datetime({ precision: 0, offset: false }).transform((text) => new Date(text))
const word = z.string().min(1)

const backup = z
  .strictObject({
    installationID: z.string().refine(isInstallationID),
    tenantID: z.string().refine(isTenantID),
    sequence: z.int().min(1).max(mostSequence),
    startedAt: instant,
    expiresAt: instant,
  })
  .transform((name): BackupName => name)

const database = z.strictObject({
  host: word,
  port: z.int().min(1).max(65_535),
  tls: z.enum(['verify-full', 'disable']),
  name: word,
  /** The role that the password is of. */
  username: word,
})

/** Where a Job finds the class's store. */
export const storePlace = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('s3'),
    endpoint: z.url(),
    region: word,
    bucket: word,
    prefix: z.string(),
    forcePathStyle: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('volume'), prefix: z.string() }),
])

const common = {
  /** Which backup: what its name is made of. */
  backup,
  database,
  store: storePlace,
  /** JWKS of the installation; see installation-key.ts. */
  installationKeys: z.unknown(),
  /** How long a container waits for the other one. */
  peerWaitSeconds: z.int().min(1).max(3_600),
}

const backupJob = z.strictObject({
  ...common,
  reason: z.enum(['Scheduled', 'Manual', 'Final']),
  recipient: word,
})

const restoreJob = z.strictObject({
  ...common,
  /** Of the bundle, where the cluster still knows it. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** What the tenant's runtime has migrations for. */
  newestSchemaVersion: z.int().min(0),
  /** The ledger of a living tenant names it newest: that one is spared, and may be used, after its date too. */
  spared: z.boolean().default(false),
})

const replayJob = z.strictObject({
  /** The backup that was restored. */
  backup,
  /** The database aside that holds it; the role is its owner. */
  database,
})

const probeJob = z.strictObject({
  /** Where the runtime listens, in the same pod: http://127.0.0.1:8080. */
  url: z.url(),
  /** As tenant.json says it. */
  issuer: z.url(),
  /** The page that a person would sign in on: the first of tenant.json's allowed origins. */
  origin: z.url(),
  rpId: word,
  /** How long the runtime may take to answer. */
  waitSeconds: z.int().min(1).max(3_600),
})

const findJob = z.strictObject({
  /** Whose backups are looked for. */
  folder: z.strictObject({
    installationID: z.string().refine(isInstallationID),
    tenantID: z.string().refine(isTenantID),
  }),
  /** Absent: all. */
  sequence: z.int().min(1).max(mostSequence).optional(),
  store: storePlace,
})

/** What a Job's containers are told in `job.json`: nothing in it is secret. */
export type BackupDocument = z.infer<typeof backupJob>
export type RestoreDocument = z.infer<typeof restoreJob>
export type ReplayDocument = z.infer<typeof replayJob>
export type ProbeDocument = z.infer<typeof probeJob>
export type FindDocument = z.infer<typeof findJob>
export type StorePlace = BackupDocument['store']

/** The text of a document as the operator writes it. */
export const documentText = (
  document: z.input<
    typeof backupJob | typeof restoreJob | typeof replayJob | typeof probeJob | typeof findJob
  >,
): string => `${JSON.stringify(document, null, 2)}\n`

export const parseBackupDocument = (text: string): BackupDocument => parseDocument(backupJob, text)
export const parseRestoreDocument = (text: string): RestoreDocument => parseDocument(restoreJob, text)
export const parseReplayDocument = (text: string): ReplayDocument => parseDocument(replayJob, text)
export const parseProbeDocument = (text: string): ProbeDocument => parseDocument(probeJob, text)
export const parseFindDocument = (text: string): FindDocument => parseDocument(findJob, text)

/** The backup that a restore is told of. */
export const expectedOf = ({ backup: of, sha256, spared }: RestoreDocument) => ({
  ...of,
  object: bundleName(of),
  sha256,
  spared,
})

/** What a Job was told; throws where it cannot be used. */
export function parseDocument<Document>(schema: z.ZodType<Document>, text: string): Document {
  const parsed = schema.safeParse(json(text))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`)
  throw new JobError(
    'JOB_MISCONFIGURED',
    `job.json cannot be used (${faults.slice(0, 3).join('; ')}). Operator and backup image must be of one version.`,
  )
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
