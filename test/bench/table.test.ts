import { describe, expect, it } from 'vitest'
import { calibrationLine, figure, rowFigure, table } from './table.ts'
import { type BenchReport } from './run-benches.ts'

const calibration = { 'rs256-2048': 0.5, 'rs256-3072': 1.5, 'es256-verify': 0.1 }
const row = { name: 'a', ratio: 2.3456, min: 2, max: 3, unit: 'times b', note: '1 ms' }
const report: BenchReport = {
  machine: { cores: 2 },
  calibration: { first: calibration, last: calibration },
  noisy: false,
  pace: {
    rounds: 1,
    warmUpFlows: 1,
    measureMs: 1,
    leastFlows: 1,
    idleMs: 1,
    tenants: 1,
    fleet: 1,
    backupMiB: 1,
    bigBackupMiB: 1,
  },
  seconds: 7,
  rows: [row, { ...row, name: 'longer' }],
}

describe('figure', () => {
  it.each([
    { value: 0, is: '0' },
    { value: 2.3456, is: '2.35' },
    { value: 12345, is: '12300' },
    { value: 0.012345, is: '0.0123' },
  ])('tells $value as $is', ({ value, is }) => {
    expect(figure(value)).toBe(is)
  })
})

describe('rowFigure', () => {
  it('tells the worst and the best round, where there were rounds', () => {
    expect(rowFigure(row)).toBe('2.35 (2 to 3) times b; 1 ms')
    expect(rowFigure({ ...row, min: 2, max: 2 })).toBe('2.35 times b; 1 ms')
  })
})

describe('calibrationLine', () => {
  it('warns of a noisy machine, and only then', () => {
    expect(calibrationLine(report)).not.toContain('NOISY')
    expect(calibrationLine({ ...report, noisy: true })).toContain('NOISY')
  })
})

describe('table', () => {
  it('has a line for each row, with the figures below each other', () => {
    const lines = table(report).split('\n')
    expect(lines[0]?.indexOf('2.35')).toBe(lines[1]?.indexOf('2.35'))
    expect(lines.at(-1)).toBe('  7 s')
  })
})
