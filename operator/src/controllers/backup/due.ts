import { type Cron } from './cron.ts'
import { type SlotSpan, isSettled } from './slot-spans.ts'
import { lastSlot, nextSlot, slotBefore } from './slots.ts'
import { beginOf } from './spread.ts'

export interface ScheduleLook {
  tenantID: string
  cron: Cron
  /** When the tenant's database was ready: no slot before it was missed. */
  since: Date
  /** The slots that were run, as the ledger has them. */
  slots: readonly SlotSpan[]
  now: Date
}

/**
 * The slot whose run is to begin now. Of any number of missed slots it is the newest, so that they are made up once;
 * a slot that was run, or that a later one followed, is never due again, also where the clock was set back.
 */
export function dueSlot(look: ScheduleLook): Date | undefined {
  const slot = begunSlot(look)
  return isExpected(slot, look) && !isSettled(look.slots, slot, look.now) ? slot : undefined
}

/** When the next run begins: now where one is due. */
export function nextRunAt(look: ScheduleLook): Date {
  if (dueSlot(look)) return look.now
  let slot = nextSlot(look.cron, begunSlot(look))
  // Slots that a clock ahead of time has run are passed over, span by span.
  while (true) {
    if (isExpected(slot, look) && !isSettled(look.slots, slot, slot)) return beginOf(slot, look.tenantID)
    const at = slot.toISOString()
    const span = look.slots.find(
      ({ from, to, schedule }) => schedule === look.cron.schedule && from <= at && to >= at,
    )
    slot = nextSlot(look.cron, span ? new Date(span.to) : slot)
  }
}

/** The newest slot whose begin has come. */
function begunSlot({ cron, tenantID, now }: ScheduleLook): Date {
  const slot = lastSlot(cron, now)
  return beginOf(slot, tenantID) <= now ? slot : slotBefore(cron, slot)
}

/** A `since` that lies ahead was written by a clock that was wrong, and says nothing. */
const isExpected = (slot: Date, { since, now }: ScheduleLook) => since > now || slot > since
