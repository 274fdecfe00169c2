const hourMs = 3_600_000
/** Thursday. */
const epochWeekday = 4

/**
 * The slots of a schedule, told a second time and otherwise: hour by hour, from the digits of the date. It knows only
 * what the simulated tenants use.
 */
function isSlot(schedule: string, at: number): boolean {
  const [, hours = '', days = '', months = '', weekdays = ''] = schedule.split(' ')
  const digits = new Date(at).toISOString()
  const weekday = (Math.floor(at / (24 * hourMs)) + epochWeekday) % 7
  return (
    names(hours, Number(digits.slice(11, 13)), 0) &&
    names(days, Number(digits.slice(8, 10)), 1) &&
    names(months, Number(digits.slice(5, 7)), 1) &&
    names(weekdays, weekday, 0)
  )
}

function names(field: string, value: number, least: number): boolean {
  return field.split(',').some((part) => {
    if (part === '*') return true
    if (part.startsWith('*/')) return (value - least) % Number(part.slice(2)) === 0
    const [from = 0, to = from] = part.split('-').map(Number)
    return value >= from && value <= to
  })
}

/** In the hour of the moment, the minute that the schedule names. */
const minuteOf = (schedule: string, at: number) =>
  Math.floor(at / hourMs) * hourMs + Number(schedule.split(' ')[0]) * 60_000

/** The newest slot at a moment or before. */
export function newestSlot(schedule: string, moment: number): number {
  let at = minuteOf(schedule, moment)
  while (at > moment || !isSlot(schedule, at)) at -= hourMs
  return at
}

/** The first slot after a moment. */
export function slotAfter(schedule: string, moment: number): number {
  let at = minuteOf(schedule, moment)
  while (at <= moment || !isSlot(schedule, at)) at += hourMs
  return at
}
