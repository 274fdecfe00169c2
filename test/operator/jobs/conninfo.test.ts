import { describe, expect, it } from 'vitest'
import { type Conninfo, conninfo, passwordFile } from '../../../operator/src/jobs/conninfo.ts'

const place: Conninfo = {
  host: 'postgres.databases.svc',
  port: 5432,
  database: 'kiavi_k3x9q7w2ab',
  username: 'kiavi_k3x9q7w2ab_backup',
  tls: 'verify-full',
  passwordFile: '/run/kiavi/private/pgpass',
}

describe('conninfo', () => {
  it.each([
    {
      change: {},
      words: "sslmode='verify-full' sslrootcert='system'",
      because: "the system's trust store is the default",
    },
    {
      change: { caFile: '/etc/kiavi/ca.crt' },
      words: "sslrootcert='/etc/kiavi/ca.crt'",
      because: 'the class names a CA',
    },
    { change: { tls: 'disable' as const }, words: "sslmode='disable'", because: 'the class lowered it' },
    { change: { host: "a' host=evil" }, words: "host='a\\' host=evil'", because: 'a quote ends nothing' },
    { change: { host: 'a\\' }, words: "host='a\\\\'", because: 'nor does a backslash' },
  ])('has $words: $because', ({ change, words, because }) => {
    expect(conninfo({ ...place, ...change }), because).toContain(words)
  })

  it('never goes on without TLS where it is wanted', () => {
    expect(conninfo(place)).not.toMatch(/prefer|allow|require/)
    expect(conninfo({ ...place, tls: 'disable' })).not.toContain('sslrootcert')
  })
})

describe('passwordFile', () => {
  it('escapes what would end a field', () => {
    expect(passwordFile('a:b\\c')).toBe('*:*:*:*:a\\:b\\\\c\n')
  })
})
