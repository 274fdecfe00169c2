import { describe, expect, it } from 'vitest'
import { servedTenant } from '../../support/served-tenant.ts'

const served = servedTenant()

describe('a migrated database', () => {
  it('has no table, column, type or constraint for a password', async () => {
    const { rows } = await served.sql.query<{ name: string }>(`
      SELECT c.relname || '.' || coalesce(a.attname, '') AS name
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid
      WHERE n.nspname IN ('auth', 'outbox', 'migrations')
      UNION SELECT conname FROM pg_constraint UNION SELECT typname FROM pg_type`)
    expect(rows.length).toBeGreaterThan(50)
    expect(rows.filter(({ name }) => /passw|pwd/i.test(name))).toEqual([])
  })
})

describe('the API', () => {
  it.each([
    ['/v1/passkeys/registration/options', { name: 'Ada' }],
    ['/v1/passkeys/authentication/options', {}],
    ['/v1/passkeys/registration/verify', {}],
    ['/v1/passkeys/authentication/verify', {}],
    ['/v1/token/refresh', { refresh_token: 'A'.repeat(43) }],
    ['/v1/session/end', {}],
    ['/v1/user/passkeys/remove', { id: 'AAAA' }],
    ['/v1/user/erase', { user_id: '00000000-0000-4000-8000-000000000000' }],
  ])('%s refuses a body with a password in it', async (path, body) => {
    const answer = await served.client.post(path, { ...body, password: 'hunter2' })
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
  })

  it.each(['/v1/password', '/v1/password/reset', '/forgot-password'])('has no %s', async (path) => {
    expect((await served.client.post(path, {})).status).toBe(404)
  })
})
