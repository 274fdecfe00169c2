import { describe, expect, it } from 'vitest'
import { type OpenRun, decideRun } from '../../../../operator/src/controllers/backup/decide-run.ts'
import { type BackupLedger } from '../../../../operator/src/controllers/backup/ledger.ts'
import { at } from './examples.ts'

const slot = at('2026-11-22T02:00')
const fresh: OpenRun = { name: 'run', slot, failures: 0 }
const failedAt = (moment: string, failures = 1): OpenRun => ({
  ...fresh,
  failures,
  failed: { sequence: 7, at: at(moment) },
})
const ledger = (current?: BackupLedger['current']): BackupLedger => ({
  sequence: 8,
  slots: [],
  ...(current ? { current } : {}),
})

describe('decideRun', () => {
  it.each<{ because: string; run: OpenRun; current?: BackupLedger['current']; due?: Date; is: object }>([
    { because: 'its slot is due', run: fresh, due: slot, is: { do: 'begin' } },
    { because: 'somebody asked for it', run: { name: 'run', failures: 0 }, is: { do: 'begin' } },
    {
      because: 'a newer slot has come before it began',
      run: fresh,
      due: at('2026-11-23T02:00'),
      is: { do: 'skip' },
    },
    { because: 'a later run was for its slot', run: fresh, is: { do: 'skip' } },
    {
      because: 'it has its number, and a crash lost its Job',
      run: fresh,
      current: { run: 'run', sequence: 8 },
      is: { do: 'run', sequence: 8 },
    },
    {
      because: 'it runs, and a newer slot does not end it',
      run: fresh,
      current: { run: 'run', sequence: 8 },
      due: at('2026-11-23T02:00'),
      is: { do: 'run', sequence: 8 },
    },
    {
      because: 'its next attempt has its number',
      run: failedAt('2026-11-22T02:20'),
      current: { run: 'run', sequence: 8 },
      is: { do: 'run', sequence: 8 },
    },
    {
      because: 'its attempt has failed a moment ago',
      run: failedAt('2026-11-22T02:28'),
      current: { run: 'run', sequence: 7 },
      is: { do: 'wait', until: at('2026-11-22T02:33') },
    },
    {
      because: 'its attempt failed a while ago',
      run: failedAt('2026-11-22T02:25'),
      current: { run: 'run', sequence: 7 },
      is: { do: 'begin' },
    },
    {
      because: 'its attempt failed at a moment that lies ahead: the clock was set',
      run: failedAt('2027-01-01T00:00'),
      current: { run: 'run', sequence: 7 },
      is: { do: 'begin' },
    },
    {
      because: 'it failed, and a newer slot has come',
      run: failedAt('2026-11-22T02:25'),
      due: at('2026-11-23T02:00'),
      is: { do: 'skip' },
    },
    { because: 'it has failed three times', run: failedAt('2026-11-22T02:25', 3), is: { do: 'fail' } },
  ])('is $is.do: $because', ({ run, current, due, is }) => {
    expect(decideRun(run, { ledger: ledger(current), due, now: at('2026-11-22T02:30') })).toEqual(is)
  })
})
