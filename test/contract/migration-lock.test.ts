import { describe, expect, it } from 'vitest'
import { migrationLock } from '../../operator/src/jobs/backup/snapshot.ts'
import { lockKey } from '../../runtime/src/db/migrator.ts'

describe('migrationLock', () => {
  it('is the lock that the runtime migrates under', () => {
    expect(migrationLock).toBe(lockKey)
  })
})
