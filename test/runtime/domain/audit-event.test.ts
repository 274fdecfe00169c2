import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { auditOutcomes, auditTypes } from '../../../runtime/src/domain/audit-event.ts'

const schema = readFileSync(
  new URL('../../../runtime/src/db/migrations/0001_passkeys.sql', import.meta.url),
  'utf8',
)
const listed = (column: string) =>
  [...(new RegExp(`CHECK \\(${column} IN \\(([^)]+)\\)`).exec(schema)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
    ([, word]) => word,
  )

describe('audit events', () => {
  it('are of the types and outcomes that the schema lets in', () => {
    expect(listed('type')).toEqual([...auditTypes])
    expect(listed('outcome')).toEqual([...auditOutcomes])
  })
})
