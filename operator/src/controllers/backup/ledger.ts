import { z } from 'zod'
import { mostSequence } from '../../backups/object-name.ts'
import { ledgerFormat } from '../ledger-format.ts'
import { type Cron } from './cron.ts'
import { mostSpans, withSlot } from './slot-spans.ts'

const instant = z.iso.datetime({ offset: false })

const newest = z.object({
  sequence: z.int().min(1).max(mostSequence),
  /** The bundle's name. */
  object: z.string(),
  /** Of the bundle, as it was read back. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  startedAt: instant,
  expiresAt: instant,
})

const schema = z.object({
  /** The sequence number that was given out last; 0: none. It only grows, also where what it was given to failed. */
  sequence: z.int().min(0).max(mostSequence),
  /** The run that it was given to, by the name of its KiaviBackup: a tenant has one at a time. */
  current: z
    .object({
      run: z.string().max(253),
      sequence: z.int().min(1).max(mostSequence),
      /** The dates in its name: a Job that is made anew makes the same object, and nothing is written over in the store. */
      startedAt: instant.optional(),
      expiresAt: instant.optional(),
    })
    .optional(),
  /** The newest backup that was completed. Kept here, where nobody who writes to the store can change it. */
  newest: newest.optional(),
  /** The slots of the schedule that were run, in order. */
  slots: z
    .array(z.object({ from: instant, to: instant, schedule: z.string().max(64).optional() }))
    .max(mostSpans),
})

/** What the operator knows of a tenant's backups beside the store. It lies in the operator's namespace. */
export type BackupLedger = z.infer<typeof schema>
export type NewestBackup = z.infer<typeof newest>

/** What a newer operator wrote beside is kept: one may be rolled back. */
const tolerant = schema.loose()

export const noBackups: BackupLedger = { sequence: 0, slots: [] }

export const { write: ledgerFile, read: parseLedger } = ledgerFormat<BackupLedger>(tolerant, 'the backups')

/**
 * The ledger once a run, or a further attempt of it, may begin: a number of its own, and its slot is run. It is written
 * before anything is made of it, so that a crash may cost a number and never a second run.
 */
export function begun(
  ledger: BackupLedger,
  run: string,
  scheduled?: { slot: Date; cron: Cron; now: Date },
  dates?: { startedAt: Date; expiresAt: Date },
): BackupLedger {
  const sequence = ledger.sequence + 1
  const slots = scheduled ? withSlot(ledger.slots, scheduled.slot, scheduled) : ledger.slots
  const named = dates && {
    startedAt: dates.startedAt.toISOString(),
    expiresAt: dates.expiresAt.toISOString(),
  }
  return { ...ledger, sequence, current: { run, sequence, ...named }, slots }
}

/** The ledger once a backup was read back. One that was late does not take the place of a newer one. */
export const completed = (ledger: BackupLedger, backup: NewestBackup): BackupLedger =>
  backup.sequence > (ledger.newest?.sequence ?? 0) ? { ...ledger, newest: backup } : ledger

/**
 * The ledger of a tenant whose cluster was lost, from what lies in the store and the backup that a person confirmed.
 * No number that is in the store, of a backup or of half a one, is given out again; and what came before the newest of
 * them began is not made up.
 */
export function recovered(
  inStore: readonly { sequence: number; startedAt: Date }[],
  confirmed: NewestBackup,
  now: Date,
): BackupLedger {
  const begins = [...inStore.map(({ startedAt }) => startedAt), new Date(confirmed.startedAt)]
  const [past, ahead] = [begins.filter((begin) => begin <= now), begins.filter((begin) => begin > now)]
  const newestBegin = new Date(Math.max(0, ...past.map((begin) => begin.getTime()))).toISOString()
  return {
    sequence: Math.max(confirmed.sequence, ...inStore.map(({ sequence }) => sequence)),
    newest: confirmed,
    slots: [{ from: new Date(0).toISOString(), to: newestBegin }, ...points(ahead)],
  }
}

/** What a clock ahead of time has begun. */
const points = (begins: readonly Date[]): BackupLedger['slots'] =>
  [...new Set(begins.map((begin) => begin.toISOString()))]
    .sort()
    .slice(0, mostSpans - 1)
    .map((begin) => ({ from: begin, to: begin }))
