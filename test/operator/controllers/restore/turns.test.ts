import { describe, expect, it } from 'vitest'
import { ledgerFile, noRestores, parseLedger } from '../../../../operator/src/controllers/restore/ledger.ts'
import { begun, dropped, ended, entered, failed } from '../../../../operator/src/controllers/restore/turns.ts'

const now = new Date('2026-03-01T12:00:00.000Z')
const later = new Date('2026-03-01T12:05:00.000Z')
const restore = { name: 'back', uid: 'uid-1' }
const of = {
  ...{ installationID: 'installation-1', tenantID: 'k3x9q7w2ab', sequence: 7 },
  ...{ startedAt: '2026-03-01T02:00:00Z', expiresAt: '2026-03-31T02:00:00Z' },
}
const inPlace = begun(noRestores, { restore, mode: 'InPlace', of, now, taken: [] })
const drill = begun(noRestores, { restore, mode: 'Drill', of, now, taken: [], slot: now })

describe('begun', () => {
  it('gives a number that nothing bears, also where the ledger was lost', () => {
    expect(inPlace.number).toBe(1)
    expect(begun(noRestores, { restore, mode: 'InPlace', of, now, taken: [4, 2] }).number).toBe(5)
    expect(begun(ended(inPlace, now), { restore, mode: 'InPlace', of, now, taken: [] }).number).toBe(2)
  })

  it('looks into the store first where nobody knows which backup it is', () => {
    expect(inPlace.current?.phase).toBe('Filling')
    const unknown = begun(noRestores, { restore, mode: 'InPlace', of: undefined, now, taken: [] })
    expect(unknown.current?.phase).toBe('Finding')
  })

  it('notes of a drill when it began, and for which slot', () => {
    expect(drill.drill).toEqual({ at: now.toISOString(), slot: now.toISOString(), failures: 0 })
    expect(inPlace.drill).toBeUndefined()
  })
})

describe('entered', () => {
  it('keeps what was learnt', () => {
    const after = entered(entered(inPlace, 'Fencing', { users: 12 }), 'Replaying', { erasedSince: 3 })
    expect(after.current).toMatchObject({ phase: 'Replaying', users: 12, erasedSince: 3 })
  })
  it('is for nobody where no restore is under way', () => {
    expect(() => entered(noRestores, 'Fencing')).toThrow('No restore is under way.')
  })
})

describe('ended', () => {
  it('remembers until when a replaced database is kept', () => {
    const swapped = entered(inPlace, 'Clearing', { previousUntil: later.toISOString() })
    expect(ended(swapped, now)).toEqual({
      ...{ number: 1, kept: [{ number: 1, until: later.toISOString() }] },
    })
    expect(dropped(ended(swapped, now), [1]).kept).toEqual([])
  })

  it('remembers of a drill what it has proven', () => {
    const proven = ended(entered(drill, 'Clearing', { recoverySeconds: 90 }), later)
    expect(proven.current).toBeUndefined()
    expect(proven.drill).toMatchObject({
      failures: 0,
      proven: { at: later.toISOString(), sequence: 7, recoverySeconds: 90 },
    })
  })

  it('counts failures until one succeeds, and keeps what was proven before', () => {
    const proven = ended(entered(drill, 'Clearing', { recoverySeconds: 90 }), later)
    const again = begun(proven, { restore, mode: 'Drill', of, now: later, taken: [] })
    const red = ended(failed(again, { code: 'BUNDLE_DAMAGED', message: 'It is damaged.' }), later)
    expect(red.drill).toMatchObject({
      failures: 1,
      failure: { sequence: 7, message: 'It is damaged.' },
      proven: { sequence: 7 },
    })
    const green = begun(red, { restore, mode: 'Drill', of, now: later, taken: [] })
    const { drill: after } = ended(entered(green, 'Clearing', { recoverySeconds: 80 }), later)
    expect([after?.failures, after?.failure]).toEqual([0, undefined])
  })

  it('takes a drill that was withdrawn for no proof, neither way', () => {
    const withdrawn = ended(failed(drill, { code: 'RESTORE_WITHDRAWN', message: 'It gave way.' }), later)
    expect(withdrawn.drill).toEqual(drill.drill)
  })
})

describe('ledgerFile', () => {
  it('is the same bytes for the same ledger, and comes back; what a newer operator wrote is kept', () => {
    const text = ledgerFile(drill)
    expect(ledgerFile(parseLedger(text))).toBe(text)
    const newer = parseLedger(JSON.stringify({ ...drill, newer: true }))
    expect(JSON.parse(ledgerFile(newer))).toMatchObject({ newer: true })
    expect(() => parseLedger('{}')).toThrow('ledger.json of the restores cannot be read')
  })
})
