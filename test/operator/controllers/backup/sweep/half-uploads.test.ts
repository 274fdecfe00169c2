import { describe, expect, it } from 'vitest'
import { bundleName } from '../../../../../operator/src/backups/object-name.ts'
import { staleUploads } from '../../../../../operator/src/controllers/backup/sweep/half-uploads.ts'
import { backup, days, installationID, setName, today } from './examples.ts'

const name = bundleName(backup(7, 1))
const judged = (upload: { name: string; startedAt: Date }, running: string[] = []) => {
  const halfUploads = [{ uploadID: 'u1', ...upload }]
  const { abort, refused } = staleUploads({
    installationID,
    halfUploads,
    running: new Set(running),
    now: today,
  })
  return abort.length > 0 ? 'aborted' : refused.length > 0 ? 'refused' : 'left'
}

describe('staleUploads', () => {
  it.each([
    { because: 'it is a day old', upload: { name, startedAt: days(-1) }, is: 'aborted' },
    { because: 'it may go on', upload: { name, startedAt: new Date(days(-1).getTime() + 1) }, is: 'left' },
    {
      because: 'its Job runs, however long',
      upload: { name, startedAt: days(-3) },
      running: [name],
      is: 'left',
    },
    {
      because: 'the Job of another runs',
      upload: { name, startedAt: days(-3) },
      running: [bundleName(backup(8, 0))],
      is: 'aborted',
    },
    {
      because: 'it is what a lost cluster would take with it',
      upload: { name: setName(2, 2), startedAt: days(-2) },
      is: 'aborted',
    },
    {
      because: 'it is of another installation',
      upload: { name: name.replace(installationID, 'staging'), startedAt: days(-9) },
      is: 'refused',
    },
    { because: 'it is of a stranger', upload: { name: 'holiday.mov', startedAt: days(-9) }, is: 'refused' },
    {
      because: 'it is of a stranger, and may go on',
      upload: { name: 'holiday.mov', startedAt: today },
      is: 'left',
    },
  ])('$is: $because', ({ upload, running, is }) => {
    expect(judged(upload, running)).toBe(is)
  })
})
