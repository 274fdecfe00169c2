import { describe, expect, it } from 'vitest'
import { JobError } from '../../../operator/src/backups/errors.ts'
import { type Progress } from '../../../operator/src/jobs/job.ts'
import {
  failed,
  mostReportBytes,
  progressLines,
  reportLine,
  succeeded,
} from '../../../operator/src/jobs/report.ts'
import { StoreDenied } from '../../../operator/src/providers/backups/errors.ts'
import { DatabaseUnreachable } from '../../../operator/src/providers/database/errors.ts'

describe('failed', () => {
  it.each([
    { error: new JobError('DUMP_EMPTY', 'Nothing.'), code: 'DUMP_EMPTY', message: 'Nothing.' },
    { error: new StoreDenied('No right.'), code: 'STORE_DENIED', message: 'No right.' },
    { error: new DatabaseUnreachable('Silence.'), code: 'DATABASE_UNREACHABLE', message: 'Silence.' },
  ])('tells $code in its own words', ({ error, code, message }) => {
    expect(failed(error)).toEqual({ result: 'failed', code, message })
  })

  it.each([
    { error: new TypeError('secret inside'), words: 'An unforeseen TypeError' },
    {
      error: Object.assign(new Error('secret inside'), { code: 'EACCES' }),
      words: 'An unforeseen Error (EACCES)',
    },
    { error: 'secret inside', words: 'An unforeseen failure' },
  ])('names the kind of what was not foreseen, and not its words', ({ error, words }) => {
    const report = failed(error)
    expect(report).toMatchObject({ code: 'JOB_FAILED', message: expect.stringContaining(words) as string })
    expect(JSON.stringify(report)).not.toContain('secret')
  })
})

describe('reportLine', () => {
  it('is one line that fits a termination message, whatever was said', () => {
    const line = reportLine(failed(new JobError('PEER_FAILED', '"ä\n'.repeat(5_000))))
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(mostReportBytes)
    expect(line).not.toContain('\n')
    expect(JSON.parse(line)).toMatchObject({ result: 'failed', code: 'PEER_FAILED' })
  })

  it('has all facts', () => {
    expect(JSON.parse(reportLine(succeeded({ bytes: 7, object: 'a' })))).toEqual({
      result: 'succeeded',
      facts: { bytes: 7, object: 'a' },
    })
  })
})

describe('progressLines', () => {
  it('tells at most once a second, and then all that is known', () => {
    const lines: Progress[] = []
    let now = 0
    const tell = progressLines(
      (line) => lines.push((JSON.parse(line) as { progress: Progress }).progress),
      () => now,
    )
    tell({ table: 'auth.users' })
    tell({ bytes: 10 })
    now = 999
    tell({ bytes: 20 })
    now = 1_000
    tell({ bytes: 30 })
    expect(lines).toEqual([{ table: 'auth.users' }, { table: 'auth.users', bytes: 30 }])
  })
})
