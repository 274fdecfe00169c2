import { createHash } from 'node:crypto'
import { type Drilled } from './ledger.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How long after a drill that failed the next one begins: it may have been the network, and somebody waits. */
const waitsMs = [hourMs, 4 * hourMs, 12 * hourMs, dayMs]

export interface DrillLook {
  tenantID: string
  /** 0: never. */
  everyDays: number
  /** When the newest completed backup began; without one there is nothing to try. */
  newestAt: Date | undefined
  drill: Drilled | undefined
  now: Date
}

/** The slot whose drill is to begin now. Of any number of missed slots it is the newest, so that they are made up once. */
export function dueDrill(look: DrillLook): Date | undefined {
  const slot = newestSlot(look)
  if (!slot || slot > look.now) return undefined
  // Where the clock was set back, a slot that was run is not run again.
  return look.drill?.slot === slot.toISOString() ? undefined : slot
}

/** When the next drill begins, now where one is due; `undefined` where none does. */
export function nextDrillAt(look: DrillLook): Date | undefined {
  if (dueDrill(look)) return look.now
  const slot = newestSlot(look)
  if (!slot || slot > look.now) return slot
  return new Date(regularSlot(look).getTime() + look.everyDays * dayMs)
}

/** The newest slot that has come and was not run; else the one that is awaited. */
function newestSlot(look: DrillLook): Date | undefined {
  const { everyDays, newestAt, now } = look
  if (everyDays === 0 || !newestAt) return undefined
  const last = lastDrill(look)
  // The first backup is tried soon: what was never restored is a hope.
  if (!last) return new Date(wholeMinute(newestAt.getTime() + share(look.tenantID) * hourMs))
  if (last.failures > 0) {
    const wait = waitsMs[Math.min(last.failures, waitsMs.length) - 1] ?? dayMs
    return new Date(wholeMinute(last.at + Math.min(wait, everyDays * dayMs)))
  }
  const regular = regularSlot(look)
  return regular.getTime() > last.at ? regular : later(regular, everyDays, now)
}

const later = (slot: Date, everyDays: number, now: Date): Date =>
  slot > now ? slot : new Date(slot.getTime() + everyDays * dayMs)

/** A drill that lies ahead was told by a clock that was wrong, and nothing waits for it. */
function lastDrill({ drill, now }: DrillLook): { at: number; failures: number } | undefined {
  if (!drill) return undefined
  const at = Date.parse(drill.at)
  return at > now.getTime() ? { at: 0, failures: 0 } : { at, failures: drill.failures }
}

/** The newest regular slot: every so many days, at a moment of the tenant's own within them. */
function regularSlot({ tenantID, everyDays, now }: DrillLook): Date {
  const period = everyDays * dayMs
  const offset = Math.floor((share(tenantID) * period) / minuteMs) * minuteMs
  return new Date(Math.floor((now.getTime() - offset) / period) * period + offset)
}

const wholeMinute = (ms: number) => Math.ceil(ms / minuteMs) * minuteMs

/** Always the same for the same tenant, and spread over a fleet. */
const share = (tenantID: string): number =>
  createHash('sha256').update(`drill ${tenantID}`).digest().readUInt32BE(0) / 2 ** 32

/** Name of the KiaviRestore of a slot: from the tenant's ID and the slot alone, so that whoever makes it twice finds it made. */
export const scheduledDrillName = (tenantID: string, slot: Date): string =>
  `${tenantID}-drill-${slot.toISOString().slice(0, 16).replaceAll(/[-:T]/g, '')}`
