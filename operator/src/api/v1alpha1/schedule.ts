import { matches, text } from './cel.ts'

/** One number, `*` or a range with or without a step; several of them with commas. */
const field = (number: string) => {
  const part = `(${number}|(\\*|${number}-${number})(/[1-9][0-9]?)?)`
  return `${part}(,${part})*`
}

const minute = '[0-5]?[0-9]'
const hours = field('([01]?[0-9]|2[0-3])')
const days = field('(0?[1-9]|[12][0-9]|3[01])')
const months = field('(0?[1-9]|1[0-2])')
const weekdays = field('[0-7]')

/** Five fields with one space between. One minute: so a slot comes at most once an hour. */
export const schedulePattern = new RegExp(`^${[minute, hours, days, months, weekdays].join(' ')}$`)

/** What is wrong with a schedule, and what to write instead; said at admission and by the operator. */
export const scheduleSentences = {
  form: 'write five fields in UTC (minute hour day-of-month month day-of-week), in numbers and with one minute, such as 0 2 * * *',
  twoDays:
    'leave the day of the month or the day of the week as *: crons disagree about what both together mean',
  backwards: 'write ranges from the lower to the higher number, such as 1-5',
  never: 'write a date that exists: the days that are named come in none of the months, as 31 February',
} as const

const well = matches(schedulePattern)
const first = (part: string) => `int(${part}.split('/')[0].split('-')[0])`
const last = (part: string) => `int(${part}.split('/')[0].split('-')[1])`
const step = (part: string) => `(${part}.contains('/') ? int(${part}.split('/')[1]) : 1)`
const monthNames = `(p.startsWith('*') ? (m - 1) % ${step('p')} == 0 : p.contains('-') ? m >= ${first('p')} && m <= ${last('p')} && (m - ${first('p')}) % ${step('p')} == 0 : m == int(p))`
const dayComes = `(d.startsWith('*') || ${first('d')} <= (m == 2 ? 29 : m in [4, 6, 9, 11] ? 30 : 31))`

/** A schedule in UTC. What is not a schedule at all is told as that, and not once more by the other rules. */
export const schedule = () =>
  text(
    { min: 9, max: 64 },
    schedulePattern,
    scheduleSentences.form,
    {
      rule: `!${well} || self.split(' ')[2] == '*' || self.split(' ')[4] == '*'`,
      message: scheduleSentences.twoDays,
    },
    {
      rule: `!${well} || [1, 2, 3, 4].all(i, self.split(' ')[i].split(',').all(p, !p.contains('-') || ${first('p')} <= ${last('p')}))`,
      message: scheduleSentences.backwards,
    },
    {
      rule: `!${well} || [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].exists(m, self.split(' ')[3].split(',').exists(p, ${monthNames}) && self.split(' ')[2].split(',').exists(d, ${dayComes}))`,
      message: scheduleSentences.never,
    },
  )
