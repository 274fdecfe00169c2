import { describe, expect, it } from 'vitest'
import { type Manifest, manifestOf, parseManifest } from '../../../operator/src/backups/manifest.ts'
import { manifestFacts, testManifest } from '../../support/backup-bundle.ts'

describe('manifestOf', () => {
  it('derives the name and the count of people, and sorts the tables', () => {
    const { object, users, tables } = testManifest()
    expect(object).toBe(
      '6f1ed002ab5595859014ebf0951522d9/k3x9q7w2ab/00000042-20261122T020000Z-until-20261222T020000Z.age',
    )
    expect(users).toBe(3)
    expect(tables.map(({ name }) => name)).toEqual(['users', 'applied'])
  })

  it('counts nobody where there is no table of people', () => {
    expect(testManifest({ tables: manifestFacts.tables.slice(0, 1) }).users).toBe(0)
  })

  it.each([
    { change: { startedAt: '2026-11-22T02:00:08Z' }, because: 'it was complete before it began' },
    { change: { expiresAt: '2026-11-22T02:00:00Z' }, because: 'it expired when it began' },
    { change: { startedAt: '2026-11-22T02:00:00.000Z' }, because: 'dates are whole seconds' },
    { change: { tables: [] }, because: 'a dump without a table is none' },
    { change: { bundle: { bytes: 0, sha256: '0'.repeat(64) } }, because: 'an empty bundle is none' },
    { change: { recipient: 'age1short' }, because: 'nobody can open it' },
    { change: { tables: [...manifestFacts.tables, ...manifestFacts.tables] }, because: 'tables come twice' },
  ])('refuses $change: $because', ({ change, because }) => {
    expect(() => manifestOf({ ...manifestFacts, ...change }), because).toThrow()
  })
})

describe('parseManifest', () => {
  it('reads back what was written', () => {
    expect(parseManifest(JSON.stringify(testManifest()))).toEqual(testManifest())
  })

  const edits: { edit: (manifest: Manifest) => object; because: string }[] = [
    { edit: (it) => ({ ...it, version: 2 }), because: 'a later version may mean something else' },
    { edit: (it) => ({ ...it, note: 'x' }), because: 'nothing is in it that nobody reads' },
    { edit: (it) => ({ ...it, sequence: 43 }), because: 'the name says another number' },
    { edit: (it) => ({ ...it, tenantID: 'k3x9q7w2ac' }), because: 'the name says another tenant' },
    { edit: (it) => ({ ...it, expiresAt: '2027-12-22T02:00:00Z' }), because: 'the name says another date' },
    { edit: (it) => ({ ...it, tables: it.tables.toReversed() }), because: 'there is one order only' },
    { edit: (it) => ({ ...it, users: 4 }), because: 'it counts people in two ways' },
    { edit: (it) => ({ ...it, bundle: undefined }), because: 'it does not say which bundle' },
  ]
  it.each(edits)('refuses one where $because', ({ edit, because }) => {
    expect(() => parseManifest(JSON.stringify(edit(testManifest()))), because).toThrow(
      expect.objectContaining({ code: 'MANIFEST_UNREADABLE' }),
    )
  })

  it('refuses what is not JSON, in words that help', () => {
    expect(() => parseManifest('{')).toThrow('Use the version of the operator that wrote it')
  })
})
