import { describe, expect, it } from 'vitest'
import { backOffMs, exitCodeOf, restarts } from './restart.ts'

describe('exitCodeOf', () => {
  it.each([
    { exit: { code: 0, signal: null }, code: 0 },
    { exit: { code: 3, signal: null }, code: 3 },
    { exit: { code: null, signal: 'SIGKILL' as const }, code: 137 },
    { exit: { code: null, signal: 'SIGTERM' as const }, code: 143 },
  ])('is $code for $exit', ({ exit, code }) => {
    expect(exitCodeOf(exit)).toBe(code)
  })
})

describe('restarts', () => {
  it.each([
    { policy: 'Always' as const, code: 0, again: true, because: 'a server shall run for ever' },
    { policy: 'Always' as const, code: 1, again: true, because: 'it crashed' },
    { policy: 'OnFailure' as const, code: 0, again: false, because: 'it is done' },
    { policy: 'OnFailure' as const, code: 1, again: true, because: 'it failed' },
    { policy: 'Never' as const, code: 1, again: false, because: 'the Job decides' },
  ])('$policy with exit code $code: $again, because $because', ({ policy, code, again }) => {
    expect(restarts(policy, { code, signal: null })).toBe(again)
  })
})

describe('backOffMs', () => {
  it.each([
    { soFar: 0, ranFor: 10, ms: 0, because: 'the first restart comes at once' },
    { soFar: 1, ranFor: 10, ms: 500, because: 'then it waits' },
    { soFar: 2, ranFor: 10, ms: 1_000, because: 'twice as long each time' },
    { soFar: 6, ranFor: 10, ms: 16_000, because: 'still below the cap' },
    { soFar: 7, ranFor: 10, ms: 30_000, because: 'it is capped' },
    { soFar: 900, ranFor: 10, ms: 30_000, because: 'it stays capped' },
    { soFar: 7, ranFor: 59_999, ms: 30_000, because: 'it did not run for a minute' },
    { soFar: 7, ranFor: 60_000, ms: 0, because: 'it ran long enough to be sound' },
  ])('waits $ms ms after $soFar restarts and $ranFor ms: $because', ({ soFar, ranFor, ms }) => {
    expect(backOffMs(500, soFar, ranFor)).toBe(ms)
  })
})
