import { describe, expect, it } from 'vitest'
import { readProgress, readReport } from '../../../../operator/src/controllers/backup/job-report.ts'
import { JobError } from '../../../../operator/src/backups/errors.ts'
import { failed, progressLines, reportLine, succeeded } from '../../../../operator/src/jobs/report.ts'

const facts = {
  ...{ object: 'x', sequence: 3, startedAt: 'a', completedAt: 'b', expiresAt: 'c' },
  ...{ schemaVersion: 1, users: 2, bytes: 3, sha256: 'a'.repeat(64), tables: 4, rows: 5 },
}

describe('readReport', () => {
  it('reads what a program of the Job writes when all is well', () => {
    const { rows, ...known } = facts
    expect(rows).toBe(5)
    expect(readReport(reportLine(succeeded(facts)))).toEqual({ result: 'succeeded', facts: known })
  })

  it('reads what it writes when it failed, also behind other lines', () => {
    const line = reportLine(failed(new JobError('DUMP_EMPTY', 'pg_dump wrote nothing.')))
    const report = { result: 'failed', code: 'DUMP_EMPTY', message: 'pg_dump wrote nothing.' }
    expect(readReport(line)).toEqual(report)
    expect(readReport(`{"progress":{}}\n${line}\n`)).toEqual(report)
  })

  it.each([
    '',
    'Killed',
    '{"result":"succeeded"}',
    '{"progress":{"bytes":1}}',
    '{"result":"succeeded","facts":{}}',
  ])('takes %s for no report', (message) => {
    expect(readReport(message)).toBeUndefined()
  })
})

describe('readProgress', () => {
  it('reads what a program tells while it works', () => {
    const lines: string[] = []
    progressLines(
      (line) => lines.push(line),
      () => 0,
    )({ bytes: 512, table: 'auth.users' })
    expect(readProgress(lines[0] ?? '')).toEqual({ bytes: 512, table: 'auth.users' })
  })

  it.each(['', 'no JSON', '{"result":"failed","code":"X","message":"y"}'])('takes %s for none', (line) => {
    expect(readProgress(line)).toBeUndefined()
  })
})
