import { describe, expect, it } from 'vitest'
import { type RestoreNote } from '../../../../../operator/src/controllers/restore/note.ts'
import { checkRestores } from '../../../../../operator/src/controllers/tenant/checks/restores.ts'
import { tenant } from '../world.ts'

const status = { database: { provisionedAt: '2026-11-01T09:00:00Z' } }
const monthly = tenant({ status })
const never = tenant({ status, spec: { backups: { drillEveryDays: 0 } } })
const quiet: RestoreNote = { finding: undefined, proven: undefined, failed: undefined, nextAt: undefined }
const proven = { at: '2026-11-10T02:10:00.000Z', sequence: 7, recoverySeconds: 93 }
const failed = { at: '2026-11-20T02:10:00.000Z', sequence: 8, message: 'The bundle is damaged.' }
const at = (text: string) => new Date(text)

describe('checkRestores', () => {
  it.each([
    {
      note: { proven },
      now: '2026-12-11T00:00:00Z',
      says: 'True/Proven',
      because: 'the proof is a month old',
    },
    {
      note: { proven },
      now: '2026-12-12T02:10:01Z',
      says: 'False/ProofOld',
      because: 'it is two days older',
    },
    { note: {}, now: '2026-11-02T00:00:00Z', says: 'Unknown/NeverProven', because: 'the tenant is new' },
    { note: {}, now: '2026-12-04T00:00:00Z', says: 'False/NeverProven', because: 'a period has passed' },
    {
      note: { proven, failed },
      now: '2026-11-21T00:00:00Z',
      says: 'False/DrillFailed',
      because: 'the newest failed',
    },
    {
      note: { failed },
      now: '2026-11-21T00:00:00Z',
      says: 'False/DrillFailed',
      because: 'none ever succeeded',
    },
    {
      note: { finding: { reason: 'NoStore', message: 'Nothing can be restored.' } as const },
      now: '2026-11-21T12:00:00Z',
      says: 'False/NoStore',
      because: 'the class names no store',
    },
  ])('says $says: $because', ({ note, now, says }) => {
    const verdict = checkRestores(monthly, { ...quiet, ...note }, at(now))
    expect(`${verdict?.status ?? ''}/${verdict?.reason ?? ''}`).toBe(says)
  })

  it('says that nobody tries, and what somebody tried that failed nevertheless', () => {
    const now = at('2026-11-21T00:00:00Z')
    expect(checkRestores(never, { ...quiet, proven }, now)).toMatchObject({
      status: 'Unknown',
      reason: 'DrillsOff',
    })
    expect(checkRestores(never, { ...quiet, failed }, now)).toMatchObject({
      status: 'False',
      reason: 'DrillFailed',
    })
  })

  it('says what failed, what was proven before, and when it is tried again', () => {
    const nextAt = at('2026-11-20T06:10:00Z')
    const verdict = checkRestores(monthly, { ...quiet, proven, failed, nextAt }, at('2026-11-20T03:00:00Z'))
    expect(verdict?.message).toBe(
      'The drill of backup 8 failed at 2026-11-20T02:10:00Z: The bundle is damaged. Backup 7 was proven at 2026-11-10T02:10:00Z. The next one begins at 2026-11-20T06:10:00Z. kubectl get kr -n customers shows what became of each.',
    )
  })

  it('says nothing before there is a database, or before anybody looked', () => {
    expect(checkRestores(tenant(), quiet, at('2026-11-21T00:00:00Z'))).toBeUndefined()
    expect(checkRestores(monthly, undefined, at('2026-11-21T00:00:00Z'))).toBeUndefined()
  })
})
