import { describe, expect, it } from 'vitest'
import { type BackupStatus } from '../../../../operator/src/api/v1alpha1/backup.ts'
import { bundleName, wholeSeconds } from '../../../../operator/src/backups/object-name.ts'
import { type Run } from '../../../../operator/src/controllers/backup/run.ts'
import {
  backupOf,
  isForgettable,
  mostAsked,
  toAsk,
} from '../../../../operator/src/controllers/sweep/books.ts'
import { backup, days, installationID, today } from '../backup/sweep/examples.ts'

const says = (reason: string) => ({
  ...{ type: 'Ready', status: reason === 'Completed' ? ('True' as const) : ('False' as const), reason },
  ...{ message: '', lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1 },
})
const run = (status: BackupStatus = {}, change: Partial<Run> = {}): Run => ({
  ...{ namespace: 'customers', name: 'one', uid: 'u', resourceVersion: '1', generation: 1 },
  ...{ createdAt: days(-100), deleting: false, spec: undefined, status },
  ...change,
})
const completed = (sequence: number, age: number, more: BackupStatus = {}) => {
  const of = backup(sequence, age)
  return run({
    ...{ tenantID: of.tenantID, sequence, object: bundleName(of), expiresAt: wholeSeconds(of.expiresAt) },
    conditions: [says('Completed')],
    ...more,
  })
}
const asked = (runs: Run[], turn = 0) => toAsk(runs, { installationID, now: today, turn })

describe('backupOf', () => {
  it('is whose it is, and its number', () => {
    expect(backupOf(completed(7, 31), installationID)).toBe('k3x9q7w2ab/7')
  })

  it.each<{ because: string; of: Run; installation?: string }>([
    { because: 'it came to nothing', of: completed(7, 31, { conditions: [says('Failed')] }) },
    { because: 'another installation made it', of: completed(7, 31), installation: 'staging' },
    { because: 'its number is another', of: completed(7, 31, { sequence: 8 }) },
    { because: 'its tenant is another', of: completed(7, 31, { tenantID: 'a123456789' }) },
    { because: 'it does not say where it lies', of: completed(7, 31, { object: undefined }) },
  ])('is none where $because', ({ of, installation = installationID }) => {
    expect(backupOf(of, installation)).toBeUndefined()
  })
})

describe('toAsk', () => {
  it('asks for what should be gone and was not found to be, and for nothing else', () => {
    const runs = [
      completed(1, 31),
      completed(2, 30),
      completed(3, 29),
      completed(4, 40, { removedAt: '2026-11-12T13:00:00Z' }),
      run({ conditions: [says('Failed')] }),
    ]
    expect(asked(runs)).toEqual(['k3x9q7w2ab/1', 'k3x9q7w2ab/2'])
  })

  it('lets all take turns where there are more than one sweep has room for', () => {
    const runs = Array.from({ length: mostAsked * 2 + 10 }, (_, at) => completed(at + 1, 40))
    const turns = [0, 1, 2].map((turn) => asked(runs, turn))
    for (const each of turns) expect(each).toHaveLength(mostAsked)
    expect(new Set(turns.flat()).size).toBe(runs.length)
  })
})

describe('isForgettable', () => {
  const weekAgo = wholeSeconds(days(-7))
  it.each<{ because: string; of: Run; is: boolean }>([
    { because: 'it has been gone for a week', of: completed(1, 40, { removedAt: weekAgo }), is: true },
    {
      because: 'it has been gone for less',
      of: completed(1, 40, { removedAt: wholeSeconds(days(-6)) }),
      is: false,
    },
    { because: 'it is past its date, and nobody found it gone', of: completed(1, 400), is: false },
    { because: 'it failed a month ago', of: run({ conditions: [says('Failed')] }), is: true },
    { because: 'it was skipped a month ago', of: run({ conditions: [says('Skipped')] }), is: true },
    {
      because: 'it failed of late',
      of: run({ conditions: [says('Failed')] }, { createdAt: days(-29) }),
      is: false,
    },
    { because: 'it waits for something', of: run({ conditions: [says('Queued')] }), is: false },
    { because: 'nobody has looked at it', of: run(), is: false },
    {
      because: 'somebody deletes it',
      of: { ...completed(1, 40, { removedAt: weekAgo }), deleting: true },
      is: false,
    },
  ])('is $is: $because', ({ of, is }) => {
    expect(isForgettable(of, today)).toBe(is)
  })
})
