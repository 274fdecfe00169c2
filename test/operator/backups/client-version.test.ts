import { describe, expect, it } from 'vitest'
import {
  judgeDumpClient,
  judgeTarget,
  parseClientVersion,
} from '../../../operator/src/backups/client-version.ts'

describe('parseClientVersion', () => {
  it.each([
    { output: 'pg_dump (PostgreSQL) 18.6\n', version: { text: '18.6', major: 18 } },
    {
      output: 'pg_restore (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)',
      version: { text: '15.18', major: 15 },
    },
    { output: 'pg_dump (PostgreSQL) 19beta1', version: { text: '19beta1', major: 19 } },
  ])('reads $output', ({ output, version }) => {
    expect(parseClientVersion(output)).toEqual(version)
  })

  it('refuses a program that is none', () => {
    expect(() => parseClientVersion('busybox 1.35')).toThrow('does not say its version')
  })
})

describe('judgeDumpClient', () => {
  const client = (text: string) => parseClientVersion(`pg_dump (PostgreSQL) ${text}`)
  it.each([
    { text: '18.0', server: 180004, because: 'a minor version makes no difference' },
    { text: '18.6', server: 150018, because: 'it reads older servers' },
  ])('accepts $text for $server: $because', ({ text, server, because }) => {
    expect(() => judgeDumpClient(client(text), server), because).not.toThrow()
  })

  it('refuses one that is older than the server, and says what to do', () => {
    expect(() => judgeDumpClient(client('17.11'), 180004)).toThrow(
      'pg_dump is version 17.11, the server is PostgreSQL 18. Use a backup image whose client is as new as the server.',
    )
  })
})

describe('judgeTarget', () => {
  const manifest = { postgresql: { server: 170011, pgDump: '17.11' }, schemaVersion: 3 }
  const target = {
    pgRestore: { text: '17.11', major: 17 },
    serverVersion: 170011,
    newestSchemaVersion: 3,
  }
  it.each([
    { change: {}, code: undefined, because: 'all is the same' },
    {
      change: { newestSchemaVersion: 4, serverVersion: 180004 },
      code: undefined,
      because: 'the target is newer',
    },
    {
      change: { newestSchemaVersion: 2 },
      code: 'SCHEMA_NEWER',
      because: 'the runtime does not know the schema',
    },
    { change: { serverVersion: 160014 }, code: 'SCHEMA_NEWER', because: 'the server is older' },
    {
      change: { pgRestore: { text: '16.14', major: 16 } },
      code: 'CLIENT_OLDER',
      because: 'pg_restore cannot read it',
    },
  ])('says $code when $because', ({ change, code, because }) => {
    const judge = () => judgeTarget(manifest, { ...target, ...change })
    if (code === undefined) expect(judge, because).not.toThrow()
    else expect(judge, because).toThrow(expect.objectContaining({ code }))
  })
})
