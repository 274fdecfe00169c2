import { describe, expect, it } from 'vitest'
import { databaseNames } from '../../../../operator/src/api/v1alpha1/names.ts'
import {
  databaseGrants,
  insideGrants,
  schemas,
} from '../../../../operator/src/providers/database/expected-grants.ts'
import {
  roleAttributes,
  roleSettings,
  tenantRoles,
} from '../../../../operator/src/providers/database/expected-roles.ts'
import { planDatabase } from '../../../../operator/src/providers/database/plan.ts'
import {
  type DatabaseObserved,
  type DatabaseWanted,
  type Grant,
  type InsideObject,
  type RoleObserved,
} from '../../../../operator/src/providers/database/port.ts'

const tenantID = 'k3x9q7w2ab'
const names = databaseNames(tenantID)
const marker = { installationID: 'i', tenantID, namespace: 'n', name: 'a', host: 'h.eu', rpId: 'h.eu' }
const fresh: DatabaseWanted = { tenantID, marker, connectionLimit: 12, provisionedBefore: false }
const before: DatabaseWanted = { ...fresh, provisionedBefore: true }
const objects: InsideObject[] = [{ kind: 'table', schema: 'auth', name: 'users' }]

const role = (name: (typeof tenantRoles)[number]): RoleObserved => ({
  ...roleAttributes(name, 12),
  memberOf: [],
  members: [],
  settings: [...roleSettings[name]],
  localSettings: [],
  passwordWorks: true,
})
const roles = Object.fromEntries(tenantRoles.map((name) => [name, role(name)]))
const inside = {
  schemas: [...schemas, 'public'],
  objects,
  foreign: [],
  grants: insideGrants(tenantID, objects, 180004),
  schemaVersion: 1,
}
const outside = {
  ours: true,
  marker,
  commented: true,
  allowConnections: true,
  connectionLimit: 12,
  grants: databaseGrants(tenantID, 'admin'),
}
const database = { ...outside, inside }
const right: DatabaseObserved = { serverVersion: 180004, administrator: 'admin', database, roles }
const nothing: DatabaseObserved = { serverVersion: 180004, administrator: 'admin', roles: {} }
const closed = (more: object) => ({ ...right, database: { ...outside, allowConnections: false, ...more } })
const words = (observed: DatabaseObserved, wanted: DatabaseWanted) =>
  planDatabase(observed, wanted).steps.map((step) => step.do)
const reasons = (observed: DatabaseObserved, wanted: DatabaseWanted) =>
  planDatabase(observed, wanted).findings.map(({ reason }) => reason)

describe('planDatabase', () => {
  it.each([fresh, before])('does nothing when all is right', (wanted) => {
    expect(planDatabase(right, wanted)).toEqual({ steps: [], findings: [] })
  })

  it('makes everything in the order in which PUBLIC never comes in', () => {
    const steps = ['createDatabase', 'closeToPublic', 'mark', 'grantOnDatabase', 'limitConnections', 'open']
    const made = [...tenantRoles.map(() => 'createRole'), ...steps, 'closePublicSchema', 'prepareInside']
    expect(words(nothing, fresh)).toEqual(made)
  })

  it('goes on with a database that a crash left closed and unmarked', () => {
    const open: Grant = { on: { kind: 'database' }, grantee: 'PUBLIC', privilege: 'CONNECT', option: false }
    const observed = closed({ marker: undefined, commented: false, grants: [open] })
    expect(words(observed, fresh)).toEqual([
      'closeToPublic',
      'mark',
      'grantOnDatabase',
      'open',
      'closePublicSchema',
      'prepareInside',
    ])
  })

  it('makes missing schemas first, and judges rights only when they are there', () => {
    const unprepared = { ...inside, schemas: ['public'], grants: [] }
    const observed = { ...right, database: { ...database, inside: unprepared } }
    expect(words(observed, fresh)).toEqual(['prepareInside'])
  })

  const passage = { restore: { namespace: 'n', name: 'back', uid: 'u' }, since: '2026-11-22T16:00:00Z' }

  it('mends nothing while a restore has it fenced, and says whose it is', () => {
    const drifted = { ...database, marker: { ...marker, fence: passage }, grants: [], roles: {} }
    const { steps, findings } = planDatabase({ ...right, database: drifted }, before)
    expect(steps).toEqual([])
    expect(findings).toMatchObject([{ reason: 'DatabaseFenced' }])
    expect(findings[0]?.message).toContain('KiaviRestore back of namespace n')
  })

  it('takes over a fenced database with the rest of what an installation left that is no more', () => {
    const left = { ...database, marker: { ...marker, installationID: 'other', fence: passage } }
    const wanted = { ...before, adoptFrom: 'other' }
    expect(words({ ...right, database: left }, wanted)).toEqual(['mark'])
  })

  it('lets stand what the last restore noted', () => {
    const restored = { ...database, marker: { ...marker, restored: passage } }
    expect(planDatabase({ ...right, database: restored }, before)).toEqual({ steps: [], findings: [] })
  })

  const foreign = { ...marker, installationID: 'other' }
  const cases: { observed: DatabaseObserved; wanted: DatabaseWanted; reason: string; because: string }[] = [
    { observed: nothing, wanted: before, reason: 'DatabaseLost', because: 'it is gone' },
    {
      observed: { ...right, database: { ...database, marker: foreign } },
      wanted: before,
      reason: 'DatabaseLost',
      because: 'it has another marker',
    },
    {
      observed: closed({ marker: undefined, commented: false }),
      wanted: before,
      reason: 'DatabaseLost',
      because: 'a half-made one is not the one that was there',
    },
    {
      observed: {
        ...right,
        database: { ...database, inside: { ...inside, schemas: ['outbox', 'migrations'] } },
      },
      wanted: before,
      reason: 'DatabaseLost',
      because: 'the schema of the people is gone',
    },
    {
      observed: { ...right, database: { ...database, marker: foreign } },
      wanted: fresh,
      reason: 'NameConflict',
      because: 'another installation made it',
    },
    {
      observed: { ...right, database: { ...database, marker: undefined, commented: false } },
      wanted: fresh,
      reason: 'NameConflict',
      because: 'it is open and nobody’s',
    },
    {
      observed: closed({ marker: undefined, commented: true }),
      wanted: fresh,
      reason: 'NameConflict',
      because: 'somebody commented on it',
    },
    {
      observed: closed({ marker: undefined, commented: false, ours: false }),
      wanted: fresh,
      reason: 'NameConflict',
      because: 'another role made it',
    },
    {
      observed: { ...right, database: { ...database, ours: false } },
      wanted: before,
      reason: 'DatabaseNotOwned',
      because: 'it was given away',
    },
  ]
  it.each(cases)(
    'says $reason and does nothing at all: $because',
    ({ observed, wanted, reason, because }) => {
      expect(reasons({ ...observed, roles: {} }, wanted), because).toEqual([reason])
      expect(words({ ...observed, roles: {} }, wanted), because).toEqual([])
    },
  )

  it('adopts only from the installation that was consented to', () => {
    const observed = { ...right, database: { ...database, marker: foreign } }
    expect(planDatabase(observed, { ...before, adoptFrom: 'other' })).toEqual({
      steps: [{ do: 'mark', marker }],
      findings: [],
    })
    expect(reasons(observed, { ...before, adoptFrom: 'third' })).toEqual(['DatabaseLost'])
  })

  it('looks into a closed database before it makes anything there', () => {
    expect(words(closed({}), before)).toEqual(['open'])
  })

  it.each([
    { change: { superuser: true }, step: { do: 'alterRole', role: 'app', attributes: { superuser: false } } },
    { change: { members: ['x'] }, step: { do: 'revokeMembership', role: names.app, member: 'x' } },
    {
      change: { memberOf: ['pg_read_all_data'] },
      step: { do: 'revokeMembership', role: 'pg_read_all_data', member: names.app },
    },
    { change: { passwordWorks: false }, step: { do: 'setPassword', role: 'app' } },
    {
      change: { localSettings: ['role'] },
      step: { do: 'setSettings', role: 'app', set: [], reset: [], resetLocal: ['role'] },
    },
    {
      change: { settings: [...roleSettings.app, 'work_mem=1GB'] },
      step: { do: 'setSettings', role: 'app', set: [], reset: ['work_mem'], resetLocal: [] },
    },
  ])('names only what differs: $change', ({ change, step }) => {
    const observed = { ...right, roles: { ...roles, app: { ...role('app'), ...change } } }
    expect(planDatabase(observed, before)).toEqual({ steps: [step], findings: [] })
  })

  it('does not set a password that could not be tried', () => {
    const observed = { ...right, roles: { ...roles, app: { ...role('app'), passwordWorks: undefined } } }
    expect(words(observed, before)).toEqual([])
  })

  it('ends a membership between two of its own roles once', () => {
    const owner = { ...role('owner'), members: [names.app] }
    const observed = {
      ...right,
      roles: { ...roles, owner, app: { ...role('app'), memberOf: [names.owner] } },
    }
    expect(planDatabase(observed, before).steps).toEqual([
      { do: 'revokeMembership', role: names.owner, member: names.app },
    ])
  })

  it('takes away before it gives', () => {
    const stray: Grant = { on: objects[0]!, grantee: 'stranger', privilege: 'SELECT', option: false }
    const grants = [...inside.grants.slice(1), stray]
    const observed = { ...right, database: { ...database, inside: { ...inside, grants } } }
    expect(planDatabase(observed, before).steps).toEqual([
      { do: 'revokeInside', grants: [stray] },
      { do: 'grantInside', grants: [inside.grants[0]] },
    ])
  })

  it('tells of foreign objects, and goes on with the rest', () => {
    const observed = {
      ...right,
      database: { ...database, connectionLimit: -1, inside: { ...inside, foreign: ['auth.x (y)'] } },
    }
    expect(planDatabase(observed, before)).toMatchObject({
      steps: [{ do: 'limitConnections', limit: 12 }],
      findings: [{ reason: 'ForeignObjects' }],
    })
  })

  it('is the same for the same sight, and never holds a secret', () => {
    expect(planDatabase(nothing, fresh)).toEqual(
      planDatabase(structuredClone(nothing), structuredClone(fresh)),
    )
    expect(JSON.stringify(planDatabase(nothing, fresh))).not.toMatch(/password|SCRAM/i)
  })
})
