import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { auditOutcomes, auditTypes } from '../../../runtime/src/domain/audit-event.ts'

const migrations = new URL('../../../runtime/src/db/migrations/', import.meta.url)
const schema = readdirSync(migrations)
  .sort()
  .map((file) => readFileSync(new URL(file, migrations), 'utf8'))
  .join('\n')
/** The newest rule is the one that holds. */
const listed = (column: string) => {
  const rules = [...schema.matchAll(new RegExp(`CHECK \\(${column} IN \\(([^)]+)\\)`, 'g'))]
  return [...(rules.at(-1)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, word]) => word)
}

describe('audit events', () => {
  it('are of the types and outcomes that the schema lets in', () => {
    expect(listed('type')).toEqual([...auditTypes])
    expect(listed('outcome')).toEqual([...auditOutcomes])
  })
})
