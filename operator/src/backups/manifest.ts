import { z } from 'zod'
import { JobError } from './errors.ts'
import { bundleName, isInstallationID, isTenantID, mostSequence } from './object-name.ts'

const instant = z.iso.datetime({ precision: 0, offset: false })
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)

const table = z.strictObject({
  schema: z.string().min(1),
  name: z.string().min(1),
  rows: count,
  /** See table-checksum.ts. */
  checksum: sha256,
})

const schema = z
  .strictObject({
    version: z.literal(1),
    installationID: z.string().refine(isInstallationID),
    tenantID: z.string().refine(isTenantID),
    sequence: z.int().min(1).max(mostSequence),
    /** The bundle's name below the store's prefix. */
    object: z.string(),
    startedAt: instant,
    completedAt: instant,
    expiresAt: instant,
    reason: z.enum(['Scheduled', 'Manual', 'Final']),
    /** The newest migration in the dump; 0: none. */
    schemaVersion: count,
    /** `server`: server_version_num, 180004. `pgDump`: its own words, 18.6. */
    postgresql: z.strictObject({
      server: z.int().min(90_000),
      pgDump: z
        .string()
        .regex(/^\d{1,3}\.?\w*/)
        .max(64),
    }),
    /** Who can open the bundle: an age recipient (X25519). */
    recipient: z.string().regex(/^age1[0-9a-z]{58}$/),
    /** The ciphertext, as it lies in the store. */
    bundle: z.strictObject({ bytes: z.int().min(1), sha256 }),
    /** What comes out of it: an archive of `pg_dump -Fc`. */
    plaintext: z.strictObject({ bytes: z.int().min(1), sha256 }),
    /** Every table, sorted by schema and name. */
    tables: z.array(table).min(1).max(10_000),
    users: count,
  })
  .superRefine((manifest, context) => {
    const fault = (message: string) => context.addIssue({ code: 'custom', message })
    const { startedAt, completedAt, expiresAt, tables, users } = manifest
    if (manifest.object !== objectOf(manifest)) fault('object is not the name that follows from the rest')
    if (completedAt < startedAt) fault('it was complete before it began')
    if (expiresAt <= startedAt) fault('it expired before it began')
    const keys = tables.map(tableKey)
    if (keys.some((key, at) => at > 0 && key <= (keys[at - 1] ?? '')))
      fault('tables are not sorted, or come twice')
    if (users !== usersIn(tables)) fault('users is not the count of auth.users')
  })

export type Manifest = z.infer<typeof schema>
export type TableFacts = Manifest['tables'][number]

/** Sorts and tells tables apart. No name holds a zero byte. */
export const tableKey = ({ schema: of, name }: Pick<TableFacts, 'schema' | 'name'>): string =>
  `${of}\0${name}`

/** How many people are in it. */
export const usersIn = (tables: readonly TableFacts[]): number =>
  tables.find((each) => tableKey(each) === tableKey({ schema: 'auth', name: 'users' }))?.rows ?? 0

/** The manifest of facts: dates in whole seconds, tables sorted, the name derived. Throws where they contradict each other. */
export const manifestOf = (facts: Omit<Manifest, 'version' | 'object' | 'users'>): Manifest =>
  schema.parse({
    ...facts,
    version: 1,
    object: objectOf(facts),
    tables: facts.tables.toSorted((a, b) => (tableKey(a) < tableKey(b) ? -1 : 1)),
    users: usersIn(facts.tables),
  })

/** Reads what was signed. Something else that the same key signed does not pass. */
export function parseManifest(text: string): Manifest {
  const parsed = schema.safeParse(json(text))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`)
  throw new JobError(
    'MANIFEST_UNREADABLE',
    `The manifest is not one that this version understands (${faults.slice(0, 3).join('; ')}). Use the version of the operator that wrote it, or another backup.`,
  )
}

function objectOf(
  facts: Pick<Manifest, 'installationID' | 'tenantID' | 'sequence' | 'startedAt' | 'expiresAt'>,
) {
  const { installationID, tenantID, sequence } = facts
  const startedAt = new Date(facts.startedAt)
  const expiresAt = new Date(facts.expiresAt)
  return bundleName({ installationID, tenantID, sequence, startedAt, expiresAt })
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
