import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeAgeIdentity } from '../../../../operator/src/backups/age-identity.ts'
import { begun, noBackups } from '../../../../operator/src/controllers/backup/ledger.ts'
import { backupMaster, readBackupMaster } from '../../../../operator/src/controllers/backup/master.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { rendering } from '../tenant/world.ts'

const ledger = begun(noBackups, 'run', undefined, {
  startedAt: new Date('2026-11-22T02:00:00Z'),
  expiresAt: new Date('2026-12-22T02:00:00Z'),
})
const master = { ...makeAgeIdentity(randomBytes), ledger }
const secret = backupMaster(rendering(), master)

describe('backupMaster', () => {
  it('lies in the namespace of the operator, with the label of its tenant', () => {
    expect(secret.metadata).toMatchObject({
      ...{ name: 'tenant-k3x9q7w2ab-backups', namespace: 'kiavi-system' },
      labels: { 'kiavi.eu/tenant-id': 'k3x9q7w2ab' },
    })
  })
})

describe('readBackupMaster', () => {
  it('reads back what was written', () => {
    expect(readBackupMaster(secret)).toEqual(master)
  })

  it.each<[Record<string, string>, string]>([
    [
      { identity: makeAgeIdentity(randomBytes).identity },
      'an identity that does not open what the recipient locks',
    ],
    [{ identity: '' }, 'no identity'],
    [{ 'ledger.json': '{' }, 'a ledger that is none'],
  ])('refuses %#: %s', (change) => {
    const data = { ...(secret['data'] as object), ...encode(change) }
    expect(readBackupMaster({ ...secret, data })).toBeUndefined()
  })
})
