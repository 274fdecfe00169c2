import { describe, expect, it } from 'vitest'
import { checkIsolated } from '../../../../../operator/src/controllers/tenant/checks/isolated.ts'
import { type DatabaseSeen } from '../../../../../operator/src/controllers/tenant/observed.ts'
import { rendering, tenantClass, tenantID } from '../world.ts'

const seen = (...open: string[]): DatabaseSeen => ({
  state: 'seen',
  observed: { serverVersion: 180004, administrator: 'kiavi', roles: {} },
  marked: undefined,
  open,
})
const silent: DatabaseSeen = { state: 'unreachable', finding: { reason: 'DatabaseUnreachable', message: '' } }
const on = (exclusive: boolean) =>
  rendering({ class: tenantClass({ database: { ...tenantClass().database, exclusive } }) })
const own = `kiavi_${tenantID}`

describe('checkIsolated', () => {
  it.each([
    {
      because: 'nothing is open',
      database: seen(),
      policies: [],
      exclusive: false,
      is: 'OwnDatabaseOnly',
      says: 'no other',
    },
    {
      because: 'only its own is',
      database: seen(own),
      policies: [],
      exclusive: true,
      is: 'OwnDatabaseOnly',
      says: 'no other',
    },
    {
      because: 'others share the server',
      ...{ database: seen(own, 'shop'), policies: [], exclusive: false },
      ...{ is: 'ServerShared', says: 'REVOKE CONNECT ON DATABASE "shop" FROM PUBLIC;' },
    },
    {
      because: 'the server is to be exclusive',
      ...{ database: seen('postgres', 'template1'), policies: [], exclusive: true },
      ...{
        is: 'OpenToPublic',
        says: 'As superuser: REVOKE CONNECT ON DATABASE "postgres", "template1" FROM PUBLIC;',
      },
    },
    {
      because: 'a stranger lets somebody in, asked or not what the server says',
      ...{ database: silent, policies: ['backdoor', 'other'], exclusive: false },
      ...{
        is: 'ForeignNetworkPolicy',
        says: `kubectl -n kiavi-${tenantID} delete networkpolicy backdoor other`,
      },
    },
  ])('is $is when $because', ({ database, policies, exclusive, is, says }) => {
    const verdict = checkIsolated(on(exclusive), { database, foreignPolicies: policies })
    expect(verdict).toMatchObject({ status: is === 'OwnDatabaseOnly' ? 'True' : 'False', reason: is })
    expect(verdict?.message).toContain(says)
  })

  it('says nothing while the server cannot be asked', () => {
    expect(checkIsolated(on(false), { database: silent, foreignPolicies: [] })).toBeUndefined()
  })
})
