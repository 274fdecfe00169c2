import { describe, expect, it } from 'vitest'
import { lineOf } from '../../../../operator/src/controllers/journal/lines.ts'
import { journalSecret, readJournalSecret } from '../../../../operator/src/controllers/journal/secret.ts'
import { operator, tenantID } from '../tenant/world.ts'
import { rowOf } from './kept-world.ts'

const owner = { namespace: 'customers', name: 'acme' }

describe('journalSecret', () => {
  it('is read back', () => {
    const lines = [rowOf(1), rowOf(2)].map(lineOf)
    const secret = journalSecret({ tenantID, owner, operator }, { part: 3, lines })
    expect(secret.metadata).toMatchObject({
      name: `tenant-${tenantID}-journal-3`,
      namespace: operator.namespace,
    })
    expect(readJournalSecret(secret)).toEqual(lines)
  })

  it('is one that somebody made by hand from a text, too', () => {
    const data = { journal: Buffer.from(`${lineOf(rowOf(1))}\n`).toString('base64') }
    expect(
      readJournalSecret({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'any' }, data }),
    ).toHaveLength(1)
  })

  it('is none without its key', () => {
    expect(readJournalSecret({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'any' } })).toBeUndefined()
  })
})
