import { z } from 'zod'
import { instant, parseDocument, storePlace } from './documents.ts'
import { isInstallationID, isTenantID, mostSequence } from './object-name.ts'

const tenantID = z.string().refine(isTenantID)

/** One backup of the cluster's: whose, and its number. `k3x9q7w2ab/42`. */
const asked = z.string().refine((text) => {
  const [tenant = '', sequence = '', ...more] = text.split('/')
  const number = Number(sequence)
  return more.length === 0 && isTenantID(tenant) && String(number) === sequence && number <= mostSequence
})

const sweepJob = z.strictObject({
  installationID: z.string().refine(isInstallationID),
  store: storePlace,
  /** JWKS of the installation; see installation-key.ts. */
  installationKeys: z.unknown(),
  /** When all of this was true. Nothing is judged by a later date, whatever the clock of the Job's node says. */
  now: instant,
  /** `Lost`: the cluster was rebuilt, and nobody has said yet that its tenants are all back. */
  memory: z.enum(['Whole', 'Lost']),
  /** Tenant IDs of all who live, with spaces between them: they are many. */
  living: z
    .string()
    .transform((text) => (text === '' ? [] : text.split(' ')))
    .pipe(z.array(tenantID)),
  /** Tenants whose end was asked for; `lives` until their erasure has begun. */
  ending: z.array(z.strictObject({ tenantID, lives: z.boolean(), terminatedAt: instant.optional() })),
  /** Names of bundles that a Job may be writing now. */
  running: z.array(z.string()),
  /** Names of bundles that a restore or a drill found to be damaged. */
  damaged: z.array(z.string()),
  /** Backups of which the cluster wants to know whether they are gone. */
  asked: z.array(asked),
})

/** What a sweep's Job is told in `job.json`: nothing in it is secret. */
export type SweepDocument = z.infer<typeof sweepJob>

/** The text of a document as the operator writes it: no space is wasted. */
export const sweepDocumentText = (document: z.input<typeof sweepJob>): string =>
  `${JSON.stringify(document)}\n`

export const parseSweepDocument = (text: string): SweepDocument => parseDocument(sweepJob, text)

/** What a document calls a backup. */
export const askedOf = ({ tenantID: of, sequence }: { tenantID: string; sequence: number }): string =>
  `${of}/${sequence}`
