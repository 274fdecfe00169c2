import { describe, expect, it } from 'vitest'
import {
  compareGrants,
  grantKey,
  grantSql,
  revocationOrder,
  revokeSql,
  sortGrants,
} from '../../../../operator/src/providers/database/grants.ts'
import { type Grant, type Grantable } from '../../../../operator/src/providers/database/port.ts'

const grant = (on: Grantable, more: Partial<Grant> = {}): Grant => ({
  on,
  grantee: 'r',
  privilege: 'SELECT',
  option: false,
  ...more,
})
const table = { kind: 'table', schema: 'auth', name: 'users' } as const
const texts: { grant: Grant; key: string; give: string; take: string }[] = [
  {
    grant: grant({ kind: 'database' }, { privilege: 'CONNECT' }),
    key: 'database r=CONNECT',
    give: 'GRANT CONNECT ON DATABASE "d" TO "r"',
    take: 'REVOKE CONNECT ON DATABASE "d" FROM "r" CASCADE',
  },
  {
    grant: grant({ kind: 'schema', schema: 'auth' }, { privilege: 'USAGE', grantee: 'PUBLIC' }),
    key: 'schema auth PUBLIC=USAGE',
    give: 'GRANT USAGE ON SCHEMA "auth" TO PUBLIC',
    take: 'REVOKE USAGE ON SCHEMA "auth" FROM PUBLIC CASCADE',
  },
  {
    grant: grant(table, { option: true }),
    key: 'table auth.users r=SELECT*',
    give: 'GRANT SELECT ON TABLE "auth"."users" TO "r" WITH GRANT OPTION',
    take: 'REVOKE GRANT OPTION FOR SELECT ON TABLE "auth"."users" FROM "r" CASCADE',
  },
  {
    grant: grant({ kind: 'column', schema: 'auth', name: 'users', column: 'a"b' }),
    key: 'column auth.users.a"b r=SELECT',
    give: 'GRANT SELECT ("a""b") ON TABLE "auth"."users" TO "r"',
    take: 'REVOKE SELECT ("a""b") ON TABLE "auth"."users" FROM "r" CASCADE',
  },
  {
    grant: grant({ kind: 'sequence', schema: 'auth', name: 's' }, { privilege: 'USAGE' }),
    key: 'sequence auth.s r=USAGE',
    give: 'GRANT USAGE ON SEQUENCE "auth"."s" TO "r"',
    take: 'REVOKE USAGE ON SEQUENCE "auth"."s" FROM "r" CASCADE',
  },
  {
    grant: grant(
      { kind: 'routine', schema: 'auth', name: 'f', parameters: 'integer' },
      { privilege: 'EXECUTE' },
    ),
    key: 'routine auth.f(integer) r=EXECUTE',
    give: 'GRANT EXECUTE ON ROUTINE "auth"."f"(integer) TO "r"',
    take: 'REVOKE EXECUTE ON ROUTINE "auth"."f"(integer) FROM "r" CASCADE',
  },
  {
    grant: grant({ kind: 'default', of: 'TABLES', schema: 'auth' }),
    key: 'default TABLES in auth r=SELECT',
    give: 'ALTER DEFAULT PRIVILEGES FOR ROLE "o" IN SCHEMA "auth" GRANT SELECT ON TABLES TO "r"',
    take: 'ALTER DEFAULT PRIVILEGES FOR ROLE "o" IN SCHEMA "auth" REVOKE SELECT ON TABLES FROM "r" CASCADE',
  },
  {
    grant: grant({ kind: 'default', of: 'FUNCTIONS' }, { privilege: 'EXECUTE' }),
    key: 'default FUNCTIONS r=EXECUTE',
    give: 'ALTER DEFAULT PRIVILEGES FOR ROLE "o" GRANT EXECUTE ON FUNCTIONS TO "r"',
    take: 'ALTER DEFAULT PRIVILEGES FOR ROLE "o" REVOKE EXECUTE ON FUNCTIONS FROM "r" CASCADE',
  },
]

describe('grantKey', () => {
  it.each(texts)('names $key', ({ grant: given, key }) => {
    expect(grantKey(given)).toBe(key)
  })
})

describe('grantSql', () => {
  it.each(texts)('gives $key', ({ grant: given, give }) => {
    expect(grantSql(given, 'd', 'o')).toBe(give)
  })

  it('takes no privilege that is not a word of PostgreSQL', () => {
    expect(() => grantSql(grant(table, { privilege: 'ALL; DROP' }), 'd', 'o')).toThrow(TypeError)
  })
})

describe('revokeSql', () => {
  it.each(texts)('takes $key', ({ grant: given, take }) => {
    expect(revokeSql(given, 'd', 'o')).toBe(take)
  })
})

describe('sortGrants', () => {
  it('counts the same right of two grantors once, in one order', () => {
    const connect = grant({ kind: 'database' }, { privilege: 'CONNECT' })
    expect(sortGrants([grant(table), connect, grant(table)])).toEqual([connect, grant(table)])
  })
})

describe('compareGrants', () => {
  it('finds what is missing and what is too much', () => {
    const other = grant(table, { grantee: 'stranger' })
    const option = grant(table, { option: true })
    expect(compareGrants([other, option], [grant(table)])).toEqual({
      missing: [grant(table)],
      extra: [option, other],
    })
  })
})

describe('revocationOrder', () => {
  it('takes grant options first: what hangs on them falls with them', () => {
    const option = grant(table, { option: true })
    expect(revocationOrder([grant(table), option])).toEqual([option, grant(table)])
  })
})
