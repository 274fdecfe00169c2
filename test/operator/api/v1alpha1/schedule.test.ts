import { describe, expect, it } from 'vitest'
import {
  schedule,
  schedulePattern,
  scheduleSentences,
} from '../../../../operator/src/api/v1alpha1/schedule.ts'
import { badValues } from '../../../integration/api/bad-values.ts'

describe('schedule', () => {
  it.each(['0 2 * * *', '59 0,6,12,18 * * *', '7 */5 1-15/2,31 * *', '0 23 * 1-12 0-7'])(
    'takes %s',
    (text) => {
      expect(schedule().safeParse(text).success).toBe(true)
    },
  )

  it('is read by whoever knows five numbers: no names, no seconds, no shorthands', () => {
    for (const text of ['0 2 * * SUN', '0 0 2 * * *', '@daily', 'CRON_TZ=Europe/Paris 0 2 * * *'])
      expect(schedulePattern.test(text)).toBe(false)
  })

  it('has an example of everything that it refuses', () => {
    for (const sentence of Object.values(scheduleSentences)) expect(badValues[sentence]).not.toHaveLength(0)
  })
})
