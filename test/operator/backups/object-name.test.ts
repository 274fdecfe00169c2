import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BackupName,
  bundleName,
  manifestName,
  parseObjectName,
  wholeSeconds,
} from '../../../operator/src/backups/object-name.ts'

const name: BackupName = {
  installationID: '6f1ed002ab5595859014ebf0951522d9',
  tenantID: 'k3x9q7w2ab',
  sequence: 42,
  startedAt: new Date('2026-11-22T02:00:00Z'),
  expiresAt: new Date('2026-12-22T02:00:00Z'),
}
const stem = '6f1ed002ab5595859014ebf0951522d9/k3x9q7w2ab/00000042-20261122T020000Z-until-20261222T020000Z'

describe('bundleName', () => {
  it('tells whose it is, which it is, and until when it may lie there', () => {
    expect(bundleName(name)).toBe(`${stem}.age`)
  })

  it.each([
    { change: { installationID: '../elsewhere' }, because: 'it would lie in another folder' },
    { change: { installationID: '' }, because: 'it would lie in the root' },
    { change: { tenantID: 'K3X9Q7W2AB' }, because: 'tenant IDs are lower-case' },
    { change: { tenantID: '../k3x9q7w' }, because: 'it would lie in another folder' },
    { change: { sequence: 0 }, because: 'the first is 1' },
    { change: { sequence: 1.5 }, because: 'there is no half' },
    { change: { sequence: 100_000_000 }, because: 'it has nine digits, and would sort before its elders' },
    { change: { startedAt: new Date('2026-11-22T02:00:00.5Z') }, because: 'a name has whole seconds' },
    { change: { expiresAt: new Date(Number.NaN) }, because: 'that is no date' },
    { change: { expiresAt: new Date('+012026-12-22T02:00:00Z') }, because: 'years have four digits' },
  ])('is none for $change: $because', ({ change, because }) => {
    expect(() => bundleName({ ...name, ...change }), because).toThrow(TypeError)
  })
})

describe('parseObjectName', () => {
  it('gives back what made the name, whatever it was', () => {
    const seconds = fc.integer({ min: 0, max: 253_402_300_799 }).map((each) => new Date(each * 1000))
    const names = fc.record({
      installationID: fc.stringMatching(/^[0-9a-f]{32}$/),
      tenantID: fc.stringMatching(/^[a-z][a-z0-9]{9}$/),
      sequence: fc.integer({ min: 1, max: 99_999_999 }),
      startedAt: seconds,
      expiresAt: seconds,
    })
    fc.assert(
      fc.property(names, (of) => {
        expect(parseObjectName(bundleName(of))).toEqual({ of, part: 'bundle' })
        expect(parseObjectName(manifestName(of))).toEqual({ of, part: 'manifest' })
      }),
    )
  })

  it.each([
    { text: '', because: 'nothing is nobody' },
    { text: stem, because: 'it is neither bundle nor manifest' },
    { text: `${stem}.age.part`, because: 'it is something of somebody else' },
    { text: `prefix/${stem}.age`, because: 'it lies deeper than ours' },
    { text: stem.replace('00000042', '42') + '.age', because: 'ours have eight digits' },
    { text: stem.replace('00000042', '00000000') + '.age', because: 'the first is 1' },
    { text: stem.replace('20261122', '20260231') + '.age', because: 'there is no 31 February' },
    { text: stem.replace('020000Z-until', '250000Z-until') + '.age', because: 'there is no hour 25' },
    { text: stem.replace('k3x9q7w2ab', 'K3x9q7w2ab') + '.age', because: 'no tenant is called so' },
    { text: `${stem}.age\n`, because: 'a line break is not ours' },
  ])('knows nothing of "$text": $because', ({ text, because }) => {
    expect(parseObjectName(text), because).toBeUndefined()
  })
})

describe('wholeSeconds', () => {
  it('writes an instant without a fraction, and no instant that has one', () => {
    expect(wholeSeconds(new Date('2024-02-29T23:59:59Z'))).toBe('2024-02-29T23:59:59Z')
    expect(() => wholeSeconds(new Date(1))).toThrow('whole seconds')
  })
})
