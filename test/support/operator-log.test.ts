import { describe, expect, it } from 'vitest'
import { complaintsIn } from './operator-log.ts'

describe('complaintsIn', () => {
  it.each([
    ['{"level":30,"msg":"reconciled"}', 0],
    ['{"level":"info","msg":"reconciled"}', 0],
    ['{"level":40,"msg":"the API server is away"}', 0],
    ['{"level":50,"msg":"reconcile failed"}', 1],
    ['{"level":"error","msg":"reconcile failed"}', 1],
    ['{"level":30,"msg":"unhandledRejection"}', 1],
    ['{"level":30,"key":"-----BEGIN PRIVATE KEY-----"}', 1],
    ['TypeError: cannot read', 1],
    ['{"level":30,', 1],
    ['(node:12) ExperimentalWarning: Type Stripping', 0],
    ['', 0],
  ])('%s: %d', (line, count) => {
    expect(complaintsIn(`${line}\n`, [])).toHaveLength(count)
  })

  it('finds a secret and does not repeat it', () => {
    const log = '{"level":30}\n{"level":50,"password":"hunter2"}\n'
    expect(complaintsIn(log, ['hunter2'])).toEqual(['line 2 of its log holds a secret'])
  })
})
