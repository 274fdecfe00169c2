import { type BenchReport } from './run-benches.ts'
import { type Row } from './bench.ts'

/** Three figures that count. */
export const figure = (value: number) => (value === 0 ? '0' : String(Number(value.toPrecision(3))))

export const rowFigure = ({ ratio, min, max, unit, note }: Row) =>
  `${figure(ratio)}${min === max ? '' : ` (${figure(min)} to ${figure(max)})`} ${unit}; ${note}`

/** What was calibrated, in one line, with a warning where the machine was not the same all the time. */
export function calibrationLine({ calibration: { first, last }, noisy }: BenchReport): string {
  const operations = Object.keys(first) as (keyof typeof first)[]
  const parts = operations.map(
    (operation) => `${operation} ${first[operation].toFixed(3)} and ${last[operation].toFixed(3)} ms`,
  )
  const warning = noisy ? '; NOISY: more than 15 % apart, not to be published' : ''
  return `first and last: ${parts.join(', ')}${warning}`
}

export const machineLine = ({ machine }: BenchReport) =>
  Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')

/** The whole report as text. */
export function table(report: BenchReport): string {
  const width = Math.max(...report.rows.map(({ name }) => name.length))
  return [
    ...report.rows.map((row) => `  ${row.name.padEnd(width)}  ${rowFigure(row)}`),
    `  ${calibrationLine(report)}`,
    `  ${machineLine(report)}`,
    `  ${report.seconds} s`,
  ].join('\n')
}
