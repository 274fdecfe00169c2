import { schedulePattern, scheduleSentences } from '../../api/v1alpha1/schedule.ts'

/** A schedule in UTC, read. Each set is not empty, and some day of it comes. */
export interface Cron {
  /** As it was written. */
  schedule: string
  minute: number
  /** In order. */
  hours: readonly number[]
  /** Of the month, from 1. */
  days: ReadonlySet<number>
  /** From 1. */
  months: ReadonlySet<number>
  /** From 0, Sunday. */
  weekdays: ReadonlySet<number>
}

/**
 * Reads the five fields. The rules are those of admission (api/v1alpha1/schedule.ts), for objects that came past it;
 * a fault is a sentence that says what to write instead.
 */
export function parseCron(schedule: string): { cron: Cron } | { fault: string } {
  if (!schedulePattern.test(schedule)) return { fault: scheduleSentences.form }
  const [minute = '', hours = '', days = '', months = '', weekdays = ''] = schedule.split(' ')
  if (days !== '*' && weekdays !== '*') return { fault: scheduleSentences.twoDays }
  const read = {
    hours: numbers(hours, 0, 23),
    days: numbers(days, 1, 31),
    months: numbers(months, 1, 12),
    weekdays: numbers(weekdays, 0, 7).map((weekday) => weekday % 7),
  }
  if (Object.values(read).some(({ length }) => length === 0)) return { fault: scheduleSentences.backwards }
  const comes = read.months.some((month) => read.days.some((day) => day <= longestMonth(month)))
  if (!comes) return { fault: scheduleSentences.never }
  return {
    cron: {
      schedule,
      minute: Number(minute),
      hours: [...new Set(read.hours)].sort((a, b) => a - b),
      days: new Set(read.days),
      months: new Set(read.months),
      weekdays: new Set(read.weekdays),
    },
  }
}

/** Every number that a field names; none at all when one of its ranges runs backwards. */
function numbers(field: string, least: number, most: number): number[] {
  const parts = field.split(',').map((part) => {
    const [span = '', step = '1'] = part.split('/')
    const [from = '', to = from] = span === '*' ? [`${least}`, `${most}`] : span.split('-')
    const count = Math.floor((Number(to) - Number(from)) / Number(step)) + 1
    return Array.from({ length: Math.max(count, 0) }, (_, at) => Number(from) + at * Number(step))
  })
  return parts.every(({ length }) => length > 0) ? parts.flat() : []
}

const longestMonth = (month: number) => (month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31)
