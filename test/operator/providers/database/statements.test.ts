import { describe, expect, it } from 'vitest'
import * as sql from '../../../../operator/src/providers/database/statements.ts'

const id = 'k3x9q7w2ab'
const name = 'kiavi_k3x9q7w2ab'

describe('createDatabaseSql', () => {
  it('makes it closed, from template0, ordered the same everywhere', () => {
    expect(sql.createDatabaseSql(name)).toBe(
      `CREATE DATABASE "kiavi_k3x9q7w2ab" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C' ALLOW_CONNECTIONS false`,
    )
  })
})

describe('createRoleSql', () => {
  it('makes a role that may log in and nothing else, with its settings', () => {
    expect(sql.createRoleSql(id, 'backup', -1, 'SCRAM-SHA-256$verifier')).toEqual([
      `CREATE ROLE "kiavi_k3x9q7w2ab_backup" LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION NOINHERIT CONNECTION LIMIT -1 VALID UNTIL 'infinity' PASSWORD 'SCRAM-SHA-256$verifier'`,
      `ALTER ROLE "kiavi_k3x9q7w2ab_backup" SET "default_transaction_read_only" = 'on'`,
      `ALTER ROLE "kiavi_k3x9q7w2ab_backup" SET "search_path" = 'pg_catalog'`,
    ])
  })
})

describe('alterRoleSql', () => {
  it('mentions only what it is given: a non-superuser may not even say NOSUPERUSER', () => {
    const text = sql.alterRoleSql(id, 'app', { inherit: false, connectionLimit: 8 })
    expect(text).toBe('ALTER ROLE "kiavi_k3x9q7w2ab_app" NOINHERIT CONNECTION LIMIT 8')
  })
})

describe('setSettingsSql', () => {
  it('sets, resets, and resets what holds in this database only', () => {
    const settings = { set: ['a=b=c'], reset: ['plpgsql.x'], resetLocal: ['role'] }
    expect(sql.setSettingsSql(id, 'app', settings)).toEqual([
      `ALTER ROLE "kiavi_k3x9q7w2ab_app" SET "a" = 'b=c'`,
      'ALTER ROLE "kiavi_k3x9q7w2ab_app" RESET "plpgsql"."x"',
      'ALTER ROLE "kiavi_k3x9q7w2ab_app" IN DATABASE "kiavi_k3x9q7w2ab" RESET "role"',
    ])
  })
})

describe('prepareInsideSql', () => {
  it('makes the schemas and what their objects will carry, and shuts functions to PUBLIC', () => {
    expect(sql.prepareInsideSql(id)).toMatchSnapshot()
  })
})

describe('limitConnectionsSql', () => {
  it('takes whole numbers', () => {
    expect(sql.limitConnectionsSql(name, 12)).toBe('ALTER DATABASE "kiavi_k3x9q7w2ab" CONNECTION LIMIT 12')
    expect(() => sql.limitConnectionsSql(name, NaN)).toThrow(TypeError)
  })
})

describe('the statements on a database', () => {
  it.each([
    { text: sql.closeToPublicSql(name), is: 'REVOKE ALL ON DATABASE "kiavi_k3x9q7w2ab" FROM PUBLIC CASCADE' },
    {
      text: sql.allowConnectionsSql(name, true),
      is: 'ALTER DATABASE "kiavi_k3x9q7w2ab" ALLOW_CONNECTIONS true',
    },
    {
      text: sql.allowConnectionsSql(name, false),
      is: 'ALTER DATABASE "kiavi_k3x9q7w2ab" ALLOW_CONNECTIONS false',
    },
    {
      text: sql.commentSql(name, `{"a":"o'\\"}`),
      is: `COMMENT ON DATABASE "kiavi_k3x9q7w2ab" IS E'{"a":"o''\\\\"}'`,
    },
    { text: sql.setPasswordSql(id, 'app', 'v'), is: `ALTER ROLE "kiavi_k3x9q7w2ab_app" PASSWORD 'v'` },
    { text: sql.revokeMembershipSql('a', 'b'), is: 'REVOKE "a" FROM "b" CASCADE' },
  ])('are: $is', ({ text, is }) => {
    expect(text).toBe(is)
  })
})
