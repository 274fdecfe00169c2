import { describe, expect, it } from 'vitest'
import { type ContainerEnd, judgeEnd } from '../../../../operator/src/controllers/backup/judge-end.ts'

const object = 'installation/tenant/bundle.age'
const facts = {
  ...{ object, sequence: 3, startedAt: 'a', completedAt: 'b', expiresAt: 'c' },
  ...{ schemaVersion: 1, users: 2, bytes: 3, sha256: 'a'.repeat(64), tables: 4 },
}
const well: ContainerEnd = { report: { result: 'succeeded', facts }, reason: 'Completed' }
const failed = (code: string, reason = 'Error'): ContainerEnd => ({
  report: { result: 'failed', code, message: `${code}.` },
  reason,
})
const silent = (reason: string | undefined): ContainerEnd => ({ report: undefined, reason })
const other = (change: object): ContainerEnd => ({
  report: { result: 'succeeded', facts: { ...facts, ...change } },
  reason: 'Completed',
})

describe('judgeEnd', () => {
  it('takes it for a backup when both say so, and the same', () => {
    expect(judgeEnd(object, { failed: undefined, dump: well, store: well })).toEqual({ stored: facts })
  })

  it('believes the containers, also where the Job had no time to end well', () => {
    expect(judgeEnd(object, { failed: 'DeadlineExceeded', dump: well, store: well })).toEqual({
      stored: facts,
    })
  })

  it.each([
    {
      dump: failed('TOOL_FAILED'),
      store: failed('PEER_FAILED'),
      code: 'TOOL_FAILED',
      because: 'it is the cause',
    },
    { dump: failed('PIPE_CUT'), store: failed('STORE_FULL'), code: 'STORE_FULL', because: 'it is the cause' },
    {
      dump: failed('PIPE_CUT'),
      store: silent('OOMKilled'),
      code: 'JOB_OUT_OF_MEMORY',
      because: 'the other one was killed',
    },
    {
      dump: failed('JOB_STOPPED'),
      store: failed('JOB_STOPPED'),
      failed: 'DeadlineExceeded',
      code: 'JOB_TOO_LONG',
      because: 'that is why both were stopped',
    },
    {
      dump: failed('JOB_STOPPED'),
      store: failed('JOB_STOPPED'),
      code: 'JOB_STOPPED',
      because: 'nobody knows more',
    },
    { dump: well, store: silent('Error'), code: 'JOB_UNHEARD', because: 'one half of it is not known' },
    { dump: undefined, store: undefined, code: 'JOB_UNHEARD', because: 'the pod is gone' },
    {
      dump: other({ sha256: 'b'.repeat(64) }),
      store: well,
      code: 'JOB_DISAGREES',
      because: 'the bundles differ',
    },
    {
      dump: other({ object: 'x' }),
      store: other({ object: 'x' }),
      code: 'JOB_DISAGREES',
      because: 'it is another backup',
    },
  ])('says $code: $because', ({ dump, store, failed: reason, code }) => {
    expect(judgeEnd(object, { failed: reason, dump, store })).toMatchObject({ failure: { code } })
  })
})
