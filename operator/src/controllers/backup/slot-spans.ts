import { type Cron, parseCron } from './cron.ts'
import { lastSlot, nextSlot, slotBefore } from './slots.ts'

/** Slots that were run one after the other, without one between that was missed: the first and the last of them. */
export interface SlotSpan {
  from: string
  to: string
  /** Whose slots they are; absent where several spans became one. */
  schedule?: string | undefined
}

/** What a ledger has room for. A span ends where slots were missed or the clock was set. */
export const mostSpans = 32

/**
 * Whether a slot needs no run any more: it had one, or a later one had that has come already. What a clock ahead of
 * time has run settles its own slots when they come, and none before; also where the schedule was changed since.
 */
export const isSettled = (spans: readonly SlotSpan[], slot: Date, now: Date): boolean =>
  spans.some((span) => newestRun(span, now.getTime()) >= slot.getTime())

/** The newest slot of a span that has come. */
function newestRun({ from, to, schedule }: SlotSpan, now: number): number {
  if (Date.parse(from) > now) return -Infinity
  const parsed = Date.parse(to) > now && schedule !== undefined ? parseCron(schedule) : undefined
  return parsed && 'cron' in parsed ? lastSlot(parsed.cron, new Date(now)).getTime() : Date.parse(to)
}

/** The spans with one more slot that is run, in order. */
export function withSlot(
  spans: readonly SlotSpan[],
  slot: Date,
  { cron, now }: { cron: Cron; now: Date },
): SlotSpan[] {
  const at = slot.toISOString()
  const before = slotBefore(cron, slot).toISOString()
  const after = nextSlot(cron, slot).toISOString()
  // ISO 8601 in UTC sorts as time does.
  const touches = ({ from, to, schedule }: SlotSpan) =>
    schedule === cron.schedule && from <= after && to >= before
  const joined = spans.filter(touches)
  const span = {
    from: joined.reduce((first, { from }) => (from < first ? from : first), at),
    to: joined.reduce((last, { to }) => (to > last ? to : last), at),
    schedule: cron.schedule,
  }
  const all = [...spans.filter((each) => !touches(each)), span]
  return withinBounds(
    all.sort((a, b) => (a.from < b.from ? -1 : 1)),
    now,
  )
}

/**
 * Where there is no more room the two with the smallest gap between them become one: what was missed there is not made
 * up any more. Never across the present moment, which would keep the next slots from being run.
 */
function withinBounds(spans: SlotSpan[], now: Date): SlotSpan[] {
  if (spans.length <= mostSpans) return spans
  const [joined] = pairs(spans)
    .filter(([first, second]) => isOver(second, now) || !isOver(first, now))
    .filter(([first, second]) => first.schedule === second.schedule || isOver(second, now))
    .sort((a, b) => gapMs(a) - gapMs(b))
  if (!joined) return spans.slice(0, mostSpans)
  const [first, second] = joined
  const one = {
    from: first.from,
    to: first.to > second.to ? first.to : second.to,
    schedule: first.schedule === second.schedule ? first.schedule : undefined,
  }
  return spans.flatMap((span) => (span === first ? [one] : span === second ? [] : [span]))
}

/** Each span with the one that follows it of the same schedule, or else of any. */
const pairs = (spans: readonly SlotSpan[]): [SlotSpan, SlotSpan][] =>
  spans.flatMap((first, at) => {
    const later = spans.slice(at + 1)
    const second = later.find(({ schedule }) => schedule === first.schedule) ?? later[0]
    return second ? [[first, second] satisfies [SlotSpan, SlotSpan]] : []
  })

const isOver = ({ to }: SlotSpan, now: Date) => Date.parse(to) <= now.getTime()
const gapMs = ([first, second]: [SlotSpan, SlotSpan]) => Date.parse(second.from) - Date.parse(first.to)
