import { describe, expect, it } from 'vitest'
import { databaseError } from '../../../../operator/src/providers/database/error-table.ts'
import { DatabaseRefused } from '../../../../operator/src/providers/database/errors.ts'

const failure = (code: string, message: string) => Object.assign(new Error(message), { code })

describe('databaseError', () => {
  it.each([
    { code: '08006', name: 'DatabaseUnreachable', because: 'the connection broke' },
    { code: '53300', name: 'DatabaseUnreachable', because: 'there are too many connections' },
    { code: '57P03', name: 'DatabaseUnreachable', because: 'the server starts up' },
    { code: '25006', name: 'DatabaseUnreachable', because: 'it is a standby now' },
    { code: 'ECONNREFUSED', name: 'DatabaseUnreachable', because: 'nobody listens' },
    {
      code: 'EPIPE',
      name: 'DatabaseUnreachable',
      because: 'five letters are no SQLSTATE when Node says them',
    },
    { code: '', name: 'DatabaseUnreachable', because: 'pg says "timeout expired" without a code' },
    {
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      name: 'DatabaseUnreachable',
      because: 'the certificate is not trusted',
    },
    { code: '28P01', name: 'DatabaseRefused', because: 'the password is wrong' },
    { code: '42501', name: 'DatabaseRefused', because: 'a right is missing' },
    { code: '22023', name: 'DatabaseRefused', because: 'whatever is not listed was refused' },
    { code: '42P04', name: 'DatabaseConflict', because: 'somebody made the database first' },
    { code: '42710', name: 'DatabaseConflict', because: 'somebody made the role first' },
    { code: '40P01', name: 'DatabaseConflict', because: 'two waited for each other' },
  ])('says $name for $code: $because', ({ code, name, because }) => {
    const error = databaseError('Testing', 'db.test', failure(code, 'as it happened'))
    expect(error, because).toMatchObject({ name, condition: 'DatabaseReady' })
    expect(error.message).toContain('Testing: ')
    expect(error.message).toContain('as it happened')
  })

  it('knows two sessions at the same catalogue row by its words', () => {
    const error = databaseError('Testing', 'db.test', failure('XX000', 'tuple concurrently updated'))
    expect(error).toMatchObject({ name: 'DatabaseConflict', retry: 'soon', sqlState: 'XX000' })
  })

  it('says what to do about a certificate', () => {
    const error = databaseError(
      'Testing',
      'db.test',
      failure('ERR_TLS_CERT_ALTNAME_INVALID', 'not in altnames'),
    )
    expect(error.message).toMatch(/no trusted connection to db\.test.*CA/)
  })

  it('hides a verifier that the server quotes back', () => {
    const verifier = 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy'
    const { message } = databaseError('Testing', 'db.test', failure('42601', `syntax error at "${verifier}"`))
    expect(message).not.toMatch(/c2FsdA|c3RvcmVk|c2VydmVy/)
  })

  it('carries no cause: what pg attaches may hold a statement', () => {
    const error = databaseError(
      'Testing',
      'db.test',
      Object.assign(failure('42601', 'x'), { internalQuery: 'secret' }),
    )
    expect(error.cause).toBeUndefined()
  })

  it('leaves our own errors as they are', () => {
    const ours = new DatabaseRefused('said already')
    expect(databaseError('Testing', 'db.test', ours)).toBe(ours)
  })
})
