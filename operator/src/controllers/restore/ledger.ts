import { z } from 'zod'
import { mostSequence } from '../../backups/object-name.ts'
import { ledgerFormat } from '../ledger-format.ts'

const instant = z.iso.datetime({ offset: false })
const count = z.int().min(0)

/** Where a restore is. Each phase is on record before anything of it is done. */
export const phases = [
  /** Looks in the store for what the cluster does not know. */
  'Finding',
  /** The database aside is made and filled. */
  'Filling',
  /** Of a drill: the runtime serves the database aside, and somebody signs in. */
  'Trying',
  /** The tenant's own database serves nobody any more; its outbox is emptied. */
  'Fencing',
  /** What happened since is done to the database aside, and sessions are ended in it. */
  'Replaying',
  /** The database aside takes the place of the tenant's own. */
  'Swapping',
  /** The tenant's controller proves that it serves. */
  'Proving',
  /** What is left of it is taken away. */
  'Clearing',
] as const
export type Phase = (typeof phases)[number]

const backup = z.object({
  installationID: z.string(),
  tenantID: z.string(),
  sequence: z.int().min(1).max(mostSequence),
  startedAt: instant,
  expiresAt: instant,
  /** Of the bundle, where the cluster remembers it. */
  sha256: z.string().optional(),
  /** Of the bundle: how large the disk must be. */
  bytes: count.optional(),
  /** The newest of a tenant that lives is kept, and may be used, after its date. */
  spared: z.boolean().optional(),
})

const current = z.object({
  /** The KiaviRestore. */
  restore: z.object({ name: z.string().max(253), uid: z.string().max(64) }),
  number: z.int().min(1),
  mode: z.enum(['InPlace', 'NewTenant', 'Drill']),
  startedAt: instant,
  phase: z.enum(phases),
  of: backup.optional(),
  /** What a look into the store has shown, where the source's ledger was lost: number and begin of each. */
  inStore: z
    .array(z.object({ sequence: z.int().min(1), startedAt: instant }))
    .max(64)
    .optional(),
  /** When people were kept out. */
  fencedAt: instant.optional(),
  users: count.optional(),
  erasedSince: count.optional(),
  /** Until when the database that is replaced is kept. */
  previousUntil: instant.optional(),
  recoverySeconds: count.optional(),
  failure: z.object({ code: z.string().max(63), message: z.string().max(1024) }).optional(),
})

const drill = z.object({
  /** The slot that was run last. */
  slot: instant.optional(),
  /** When the last one began. */
  at: instant,
  /** How many failed since one succeeded. */
  failures: count,
  failure: z.object({ at: instant, sequence: count, message: z.string().max(1024) }).optional(),
  proven: z.object({ at: instant, sequence: z.int().min(1), recoverySeconds: count }).optional(),
})

const schema = z.object({
  /** The number that was given last: it names databases and Jobs. It only grows. */
  number: count,
  current: current.optional(),
  /** Databases that were replaced, and until when they are kept; what decides is their own marker. */
  kept: z.array(z.object({ number: z.int().min(1), until: instant })).max(1_000),
  drill: drill.optional(),
})

/** What the operator knows of a tenant's restores and drills. It lies in the operator's namespace. */
export type RestoreLedger = z.infer<typeof schema>
export type CurrentRestore = NonNullable<RestoreLedger['current']>
export type ChosenBundle = z.infer<typeof backup>
export type Drilled = z.infer<typeof drill>

export const noRestores: RestoreLedger = { number: 0, kept: [] }

/** What a newer operator wrote beside is kept: one may be rolled back. */
const tolerant = schema.loose()

export const { write: ledgerFile, read: parseLedger } = ledgerFormat<RestoreLedger>(tolerant, 'the restores')
