import { describe, expect, it } from 'vitest'
import { judgeSweep } from '../../../../operator/src/controllers/sweep/judge-end.ts'

const nothing = { report: undefined, failed: undefined, reason: undefined }
const failure = { result: 'failed', code: 'STORE_GONE', message: 'There is no bucket.' } as const

describe('judgeSweep', () => {
  it.each([
    { because: 'it said why', end: { ...nothing, report: failure, failed: 'x' }, code: 'STORE_GONE' },
    { because: 'its memory ran out', end: { ...nothing, reason: 'OOMKilled' }, code: 'JOB_OUT_OF_MEMORY' },
    { because: 'it took too long', end: { ...nothing, failed: 'DeadlineExceeded' }, code: 'JOB_TOO_LONG' },
    { because: 'nobody heard it', end: { ...nothing, failed: 'BackoffLimitExceeded' }, code: 'JOB_UNHEARD' },
    { because: 'it ended well, and nobody heard what it found', end: nothing, code: 'JOB_UNHEARD' },
  ])('fails with $code: $because', ({ end, code }) => {
    expect(judgeSweep(end)).toMatchObject({ failure: { code } })
  })

  it('takes for good what says so of itself', () => {
    const facts = {
      ...{ objects: 0, bytes: 0, backups: 0, removed: 0, aborted: 0, spared: 0, refused: 0 },
      ...{ refusedFirst: '', denied: 0, deniedWhy: '', oldestExpiry: '', gone: '' },
    }
    expect(judgeSweep({ ...nothing, report: { result: 'succeeded', facts } })).toEqual({ facts })
  })
})
