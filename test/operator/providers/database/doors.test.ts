import { describe, expect, it } from 'vitest'
import { databaseNames } from '../../../../operator/src/api/v1alpha1/names.ts'
import { doorsSql } from '../../../../operator/src/providers/database/doors.ts'
import { databaseGrants } from '../../../../operator/src/providers/database/expected-grants.ts'
import { type Grant, type TenantRole } from '../../../../operator/src/providers/database/port.ts'

const tenantID = 'k3x9q7w2ab'
const names = databaseNames(tenantID)
const administrator = 'admin'
const all = databaseGrants(tenantID, administrator)
const own = all.filter(({ grantee }) => grantee === administrator)
const fresh: Grant[] = [
  ...own,
  { on: { kind: 'database' }, grantee: 'PUBLIC', privilege: 'CONNECT', option: false },
]
const sql = (grants: Grant[], roles: TenantRole[]) =>
  doorsSql('d', tenantID, { administrator, grants }, roles)

describe('doorsSql', () => {
  it('shuts PUBLIC out of a fresh database before it lets anybody in', () => {
    expect(sql(fresh, ['owner'])).toEqual([
      'REVOKE CONNECT ON DATABASE "d" FROM PUBLIC CASCADE',
      `GRANT CONNECT ON DATABASE "d" TO "${names.owner}"`,
      `GRANT CREATE ON DATABASE "d" TO "${names.owner}"`,
    ])
  })

  it('takes from all but those who are named', () => {
    expect(sql(all, ['outbox'])).toEqual(
      [
        ['CONNECT', names.app],
        ['CONNECT', names.backup],
        ['CONNECT', names.owner],
        ['CREATE', names.owner],
      ].map(([right, role]) => `REVOKE ${right} ON DATABASE "d" FROM "${role}" CASCADE`),
    )
    expect(sql(own, [])).toEqual([])
  })

  it('gives back exactly what a database has that is ready', () => {
    expect(sql(all, ['owner', 'app', 'backup', 'outbox'])).toEqual([])
    expect(sql(own, ['owner', 'app', 'backup', 'outbox'])).toHaveLength(all.length - own.length)
  })

  it('takes what a stranger was given, the right to give it on first', () => {
    const stranger = (option: boolean): Grant => ({
      ...own[0]!,
      grantee: 'guest',
      privilege: 'CONNECT',
      option,
    })
    const [first, second] = sql([...own, stranger(false), stranger(true)], [])
    expect(first).toBe('REVOKE GRANT OPTION FOR CONNECT ON DATABASE "d" FROM "guest" CASCADE')
    expect(second).toBe('REVOKE CONNECT ON DATABASE "d" FROM "guest" CASCADE')
  })
})
