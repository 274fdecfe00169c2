import { describe, expect, it } from 'vitest'
import { bundleName } from '../../../../operator/src/backups/object-name.ts'
import {
  type JobsEnd,
  judgeFind,
  judgeLoad,
  judgeProbe,
  judgeReplay,
} from '../../../../operator/src/controllers/restore/judge-end.ts'
import { backupOf } from './restore-world.ts'

const object = bundleName(backupOf(2))
const facts = { object, sha256: 'a'.repeat(64), bytes: 1000, users: 12 }
const said = (name: string, told: object, more: object = {}) => ({
  ...{ name, reason: 'Completed', exitCode: 0 },
  report: { result: 'succeeded' as const, facts: told as Record<string, string | number> },
  ...more,
})
const refused = (name: string, code: string) => ({
  ...{ name, reason: 'Error', exitCode: 1 },
  report: { result: 'failed' as const, code, message: `It is ${code}.` },
})
const end = (...containers: JobsEnd['containers']): JobsEnd => ({ failed: undefined, containers })
const failedEnd = (...containers: JobsEnd['containers']): JobsEnd => ({
  failed: 'BackoffLimitExceeded',
  containers,
})

describe('judgeLoad', () => {
  it('believes what both containers say of the same bundle', () => {
    expect(judgeLoad(end(said('fetch', facts), said('load', facts)), object)).toEqual({ facts })
  })

  it.each([
    {
      containers: [said('fetch', facts), said('load', { ...facts, sha256: 'b'.repeat(64) })],
      because: 'two hashes',
    },
    {
      containers: [said('fetch', { ...facts, object: 'x' }), said('load', { ...facts, object: 'x' })],
      because: 'another bundle',
    },
  ])('takes $because for a failure', ({ containers }) => {
    expect(judgeLoad(end(...containers), object)).toMatchObject({ failure: { code: 'JOB_DISAGREES' } })
  })

  it('says why in the words of the one that knows', () => {
    const told = failedEnd(refused('fetch', 'PEER_FAILED'), refused('load', 'BUNDLE_DAMAGED'))
    expect(judgeLoad(told, object)).toEqual({
      failure: { code: 'BUNDLE_DAMAGED', message: 'It is BUNDLE_DAMAGED.' },
    })
  })

  it('believes no container of a Job that failed, and none that cannot be heard', () => {
    expect(judgeLoad(failedEnd(said('fetch', facts), said('load', facts)), object)).toHaveProperty('failure')
    expect(judgeLoad(end(), object)).toMatchObject({ failure: { code: 'JOB_UNHEARD' } })
  })
})

describe('judgeFind', () => {
  it('reads what lies in the store', () => {
    const found = `${object}=1000 ${bundleName(backupOf(1))}=7`
    expect(judgeFind(end(said('find', { found, more: 0 })))).toEqual({
      facts: {
        found: [
          { of: backupOf(2), bytes: 1000 },
          { of: backupOf(1), bytes: 7 },
        ],
      },
    })
    expect(judgeFind(end(said('find', { found: '', more: 0 })))).toEqual({ facts: { found: [] } })
  })

  it.each(['x=1', object, `${object}=many`])('does not make sense of %s', (found) => {
    expect(judgeFind(end(said('find', { found, more: 0 })))).toMatchObject({
      failure: { code: 'JOB_DISAGREES' },
    })
  })
})

describe('judgeReplay', () => {
  it('tells who was left out', () => {
    expect(judgeReplay(end(said('replay', { erased: 3, users: 9 })))).toEqual({
      facts: { erased: 3, users: 9 },
    })
  })

  it("names the migrations of the tenant's image, which says nothing that we understand", () => {
    const migrate = { name: 'migrate', report: undefined, reason: 'Error', exitCode: 3 }
    expect(judgeReplay(failedEnd(migrate))).toMatchObject({ failure: { code: 'JOB_MIGRATION_FAILED' } })
  })
})

describe('judgeProbe', () => {
  it('is proven by the container that signed in, and by no other', () => {
    expect(judgeProbe(end(said('probe', { userID: 'x' })))).toEqual({ facts: {} })
    expect(judgeProbe(end(said('key', { kid: 'x' })))).toHaveProperty('failure')
  })
})
