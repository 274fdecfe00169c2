import { describe, expect, it } from 'vitest'
import { pendingMigrations } from '../../../runtime/src/db/migrate-plan.ts'

const file = (version: number, sha256 = `sha-${version}`) => ({
  version,
  name: `step_${version}`,
  sql: '',
  sha256,
})
const past = (version: number, sha256 = `sha-${version}`) => ({ version, name: `step_${version}`, sha256 })

describe('pendingMigrations', () => {
  it('gives all for an empty database, the rest for an older one, none for a current one', () => {
    const files = [file(1), file(2)]
    expect(pendingMigrations(files, [])).toEqual(files)
    expect(pendingMigrations(files, [past(1)])).toEqual([file(2)])
    expect(pendingMigrations(files, [past(1), past(2)])).toEqual([])
  })
  it('refuses a file that changed after it ran', () => {
    expect(() => pendingMigrations([file(1, 'other'), file(2)], [past(1)])).toThrow(
      /Migration 1 .* was changed/,
    )
  })
  it('refuses a database that is newer than the files', () => {
    expect(() => pendingMigrations([file(1)], [past(1), past(2)])).toThrow(
      /migration 2 \(step_2\).*does not know/,
    )
  })
})
