import { describe, expect, it } from 'vitest'
import { checkDatabase } from '../../../../../operator/src/controllers/tenant/checks/database.ts'
import { type DatabaseSeen } from '../../../../../operator/src/controllers/tenant/observed.ts'
import { type InsideObserved } from '../../../../../operator/src/providers/database/port.ts'

const inside: InsideObserved = { schemas: [], objects: [], foreign: [], grants: [], schemaVersion: 1 }
const seen = (database?: { inside?: InsideObserved }): DatabaseSeen => ({
  state: 'seen',
  observed: {
    ...{ serverVersion: 180004, administrator: 'kiavi', roles: {} },
    ...(database && {
      database: {
        ...{ ours: true, marker: undefined, commented: true, allowConnections: true, connectionLimit: 12 },
        ...{ grants: [], ...database },
      },
    }),
  },
  marked: undefined,
  open: [],
})

describe('checkDatabase', () => {
  it('is true of a database that is prepared inside and needs nothing', () => {
    expect(checkDatabase({ database: seen({ inside }) }, [])).toBeUndefined()
  })

  it.each([
    { because: 'it was not looked at', database: undefined, steps: [] },
    { because: 'it is not there', database: seen(), steps: [] },
    { because: 'nobody could look inside', database: seen({}), steps: [] },
    { because: 'something is left to do', database: seen({ inside }), steps: [{ do: 'open' } as const] },
  ])('waits when $because', ({ database, steps }) => {
    expect(checkDatabase({ database }, steps)?.reason).toBe('DatabaseProvisioning')
  })

  it('says what the server said when it cannot be asked', () => {
    const finding = { reason: 'DatabaseRefused', message: 'no' } as const
    expect(checkDatabase({ database: { state: 'unreachable', finding } }, [])).toBe(finding)
  })
})
