import { describe, expect, it } from 'vitest'
import { tableDifferences, tableFacts } from '../../../operator/src/backups/table-checksum.ts'

const shape = { schema: 'auth', name: 'users', columns: ['id'] }

describe('tableFacts', () => {
  it.each([
    {
      found: { rows: '0', a: null, b: null, c: null, d: null },
      checksum: '0'.repeat(64),
      because: 'no row, no sum',
    },
    {
      found: { rows: '2', a: '1', b: '-1', c: '18446744073709551616', d: '-18446744073709551615' },
      checksum: `${'0'.repeat(15)}1${'f'.repeat(16)}${'0'.repeat(16)}${'0'.repeat(15)}1`,
      because: 'sums are taken modulo 2^64',
    },
  ])('folds the sums: $because', ({ found, checksum, because }) => {
    expect(tableFacts(shape, found), because).toEqual({
      schema: 'auth',
      name: 'users',
      rows: Number(found.rows),
      checksum,
    })
  })
})

describe('tableDifferences', () => {
  const users = { schema: 'auth', name: 'users', rows: 4, checksum: 'aa' }
  const keys = { schema: 'auth', name: 'service_keys', rows: 1, checksum: 'bb' }
  it.each([
    { found: [users, keys], words: [], because: 'order means nothing' },
    { found: [users], words: ['auth.service_keys: missing'], because: 'a table is gone' },
    {
      found: [keys, { ...users, rows: 3 }],
      words: ['auth.users: 3 rows instead of 4'],
      because: 'a row is gone',
    },
    {
      found: [keys, { ...users, checksum: 'ab' }],
      words: ['auth.users: another content'],
      because: 'a row changed',
    },
    {
      found: [keys, users, { ...users, schema: 'outbox' }],
      words: ['outbox.users: not in the backup'],
      because: 'a table came',
    },
  ])('says $words when $because', ({ found, words, because }) => {
    expect(tableDifferences([keys, users], found), because).toEqual(words)
  })
})
