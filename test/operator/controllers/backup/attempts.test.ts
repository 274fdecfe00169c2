import { describe, expect, it } from 'vitest'
import { nextAttemptAt } from '../../../../operator/src/controllers/backup/attempts.ts'
import { at } from './examples.ts'

describe('nextAttemptAt', () => {
  it.each([
    { failures: 1, next: at('2026-11-22T02:05'), because: 'what passes has mostly passed by then' },
    { failures: 2, next: at('2026-11-22T02:30'), because: 'a store that is overloaded needs longer' },
    { failures: 3, next: undefined, because: 'it is told, and the next slot is awaited' },
  ])('after $failures failures is $next: $because', ({ failures, next }) => {
    expect(nextAttemptAt(failures, at('2026-11-22T02:00'))).toEqual(next)
  })
})
