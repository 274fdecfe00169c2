import { describe, expect, it } from 'vitest'
import { dumpedTable, pgDumpArgs } from '../../../../operator/src/jobs/backup/pg-dump-args.ts'

describe('pgDumpArgs', () => {
  const args = (major: number) => pgDumpArgs({ text: `${String(major)}.0`, major }, '00000003-1', 'host=h')
  it('dumps the moment that was exported, and never asks for a password', () => {
    expect(args(18)).toEqual(
      expect.arrayContaining(['--snapshot=00000003-1', '--no-password', '--strict-names', '--schema=auth']),
    )
  })

  it('asks for what the client can: zstd from 16 on', () => {
    expect(args(16)).toContain('--compress=zstd')
    expect(args(15).join(' ')).not.toContain('compress')
  })
})

describe('dumpedTable', () => {
  it.each([
    { line: 'pg_dump: dumping contents of table "auth.users"', table: 'auth.users' },
    { line: 'pg_dump: dumping contents of table "auth.a "quoted" one"', table: 'auth.a "quoted" one' },
    { line: 'pg_dump: reading user-defined tables', table: undefined },
    { line: 'pg_restore: dumping contents of table "auth.users"', table: undefined },
  ])('is $table for $line', ({ line, table }) => {
    expect(dumpedTable(line)).toBe(table)
  })
})
