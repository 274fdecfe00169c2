import { z } from 'zod'
import { JobError } from './errors.ts'
import { installationFolder } from './offline-name.ts'
import { isInstallationID, isTenantID } from './object-name.ts'

const instant = z.iso.datetime({ precision: 0, offset: false }).transform((text) => new Date(text))

const schema = z.strictObject({
  /** What is put, but for the number in its name: that is the next one. */
  object: z.strictObject({
    kind: z.enum(['journal', 'recovery']),
    installationID: z.string().refine(isInstallationID),
    folder: z.string().refine((folder) => folder === installationFolder || isTenantID(folder)),
    at: instant,
    expiresAt: instant,
  }),
  /** In how many files the ciphertext is mounted. */
  pieces: z.int().min(1).max(64),
  /** Of all of them, one after the other. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** What program `keep` is told in `job.json`: nothing in it is secret. */
export type KeepDocument = z.infer<typeof schema>

export const keepDocumentText = (document: z.input<typeof schema>): string =>
  `${JSON.stringify(document, null, 2)}\n`

export function parseKeepDocument(text: string): KeepDocument {
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
