import { describe, expect, it } from 'vitest'
import {
  type ClassObserved,
  judgeClass,
  versionText,
} from '../../../../operator/src/controllers/tenant-class/judge.ts'

const fine: ClassObserved = {
  isDefault: false,
  otherDefaults: [],
  faults: undefined,
  missing: undefined,
  unreachable: undefined,
  serverVersion: 180004,
}
const judged = (change: Partial<ClassObserved>) => {
  const [ready, other] = judgeClass({ ...fine, ...change }, 'kiavi-system')
  return { ready: ready?.status, reason: ready?.reason, other: other?.type, message: ready?.message }
}

describe('judgeClass', () => {
  it.each<{ because: string; change: Partial<ClassObserved>; reason: string; other: string; says: string }>([
    {
      because: 'the spec does not parse',
      change: { faults: 'spec.region: missing' },
      reason: 'ClassUnreadable',
      other: 'Stalled',
      says: 'spec.region: missing',
    },
    {
      because: 'another is the default beside it',
      change: { isDefault: true, otherDefaults: ['b'] },
      reason: 'TwoDefaultClasses',
      other: 'Stalled',
      says: 'Unmark all but one',
    },
    {
      because: 'a Secret lacks keys',
      change: { missing: { secret: 's', keys: ['username', 'password'] } },
      reason: 'SecretNotFound',
      other: 'Stalled',
      says: 'Secret s in namespace kiavi-system must exist with non-empty keys username, password',
    },
    {
      because: 'the server is older than any that is tested',
      change: { serverVersion: 140011 },
      reason: 'ServerTooOld',
      other: 'Stalled',
      says: 'PostgreSQL 14.11 is too old: 15 or newer',
    },
    {
      because: 'the server does not answer',
      change: { unreachable: 'No route to host.', serverVersion: undefined },
      reason: 'DatabaseUnreachable',
      other: 'Reconciling',
      says: 'It is asked again',
    },
  ])('is not Ready when $because, and says what to do', ({ change, reason, other, says }) => {
    const { message, ...verdict } = judged(change)
    expect(verdict).toEqual({ ready: 'False', reason, other })
    expect(message).toContain(says)
  })

  it.each([
    { because: 'all is well', change: {} },
    { because: 'others are defaults and it is not', change: { otherDefaults: ['a', 'b'] } },
    { because: 'it is the only default', change: { isDefault: true } },
    { because: 'the server is the oldest that will do', change: { serverVersion: 150000 } },
  ])('is Ready when $because', ({ change }) => {
    expect(judged(change)).toMatchObject({ ready: 'True', reason: 'Usable', other: undefined })
  })
})

describe('versionText', () => {
  it('reads server_version_num as people do', () => {
    expect([180004, 150018].map(versionText)).toEqual(['18.4', '15.18'])
  })
})
