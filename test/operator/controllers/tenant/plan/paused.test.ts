import { describe, expect, it } from 'vitest'
import { pauseOf } from '../../../../../operator/src/controllers/tenant/plan/paused.ts'

const now = new Date('2026-01-10T12:00:00Z')
const pause = (text?: string) =>
  pauseOf({ annotations: text === undefined ? {} : { 'kiavi.eu/paused-until': text } }, now)

describe('pauseOf', () => {
  it.each([
    { because: 'nobody asked', text: undefined },
    { because: 'it is over', text: '2026-01-10T11:59:59Z' },
    { because: 'it ends now', text: '2026-01-10T12:00:00Z' },
  ])('is none when $because', ({ text }) => {
    expect(pause(text)).toBeUndefined()
  })

  it.each(['2026-01-10T12:00:01Z', '2026-01-10T14:00:00.5+01:00', '2026-02-09T12:00:00Z'])(
    'lasts until %s',
    (text) => {
      expect(pause(text)).toEqual({ until: new Date(text) })
    },
  )

  it.each([
    { because: 'it has no end', text: 'true', says: 'is not an instant' },
    { because: 'it names a day only', text: '2026-01-11', says: 'is not an instant' },
    { because: 'there is no such day', text: '2026-02-31T25:00:00Z', says: 'is not an instant' },
    { because: 'it is longer than a month', text: '2026-02-09T12:00:01Z', says: 'more than 30 days away' },
  ])('is refused when $because', ({ text, says }) => {
    expect(pause(text)).toMatchObject({
      finding: { reason: 'PauseInvalid', message: expect.stringContaining(says) as string },
    })
  })
})
