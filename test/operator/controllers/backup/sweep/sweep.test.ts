import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bundleName, manifestName } from '../../../../../operator/src/backups/object-name.ts'
import { refKey } from '../../../../../operator/src/controllers/backup/sweep/proof.ts'
import {
  type Sweep,
  type SweepLook,
  sweep,
} from '../../../../../operator/src/controllers/backup/sweep/sweep.ts'
import { tenantID } from '../examples.ts'
import {
  backup,
  bundleOf,
  days,
  genuine,
  look,
  manifestOf,
  read,
  segmentName,
  setName,
  stored,
  today,
  whole,
} from './examples.ts'

const nothing: Sweep = { remove: [], abort: [], unread: [], spared: [], refused: [] }
const [old, young] = [backup(1, 31), backup(2, 1)]

describe('sweep', () => {
  it('finds nothing to do where nothing is past its date, and reads no manifest for it', () => {
    expect(sweep(look(whole(young)))).toEqual(nothing)
  })

  it('removes exactly the versions that it saw: data, then manifest, then the notes that they were deleted', () => {
    const objects = [
      bundleOf(old, { version: 'note', state: 'marker' }),
      manifestOf(old, { version: 'm1' }),
      bundleOf(old, { version: 'b1', state: 'hidden' }),
      bundleOf(old, { version: 'b2', state: 'hidden' }),
    ]
    const manifests = new Map([[`${manifestName(old)} m1`, genuine(old)]])
    const { remove } = sweep(look([...objects, ...whole(young)], { manifests }))
    expect(remove.map(refKey)).toEqual([
      `${bundleName(old)} b1`,
      `${bundleName(old)} b2`,
      `${manifestName(old)} m1`,
      `${bundleName(old)} note`,
    ])
  })

  it('asks for each manifest once', () => {
    const only = sweep(look(whole(old)))
    expect(only).toEqual({ ...nothing, unread: [manifestOf(old)] })
    expect(sweep(look(whole(old), { manifests: read(old) }))).toEqual({
      ...nothing,
      spared: [bundleName(old)],
    })
  })

  it('judges each tenant by its own backups', () => {
    const other = 'a123456789'
    const theirs = backup(7, 40, { tenantID: other })
    const objects = [...whole(old), ...whole(young), ...whole(theirs)]
    const manifests = read(old, young, theirs)
    const tenants = new Map([tenantID, other].map((id) => [id, { lives: true }]))
    const plan = sweep(look(objects, { manifests, tenants }))
    expect(plan.remove.map(({ name }) => name)).toEqual([bundleName(old), manifestName(old)])
    expect(plan.spared).toEqual([bundleName(theirs)])
  })

  it('keeps the journal for as long as the backup that it belongs to, and no longer', () => {
    const [segment, before] = [segmentName(2, 30), segmentName(1, 32)]
    const objects = [...whole(old), stored(segment, days(-30)), stored(before, days(-32))]
    const spares = sweep(look(objects, { manifests: read(old) }))
    expect(spares.spared).toEqual([bundleName(old), segment])
    expect(spares.remove.map(({ name }) => name)).toEqual([before])
    const goes = sweep(look([...objects, ...whole(young)], { manifests: read(old, young) }))
    expect(goes.spared).toEqual([])
    expect(goes.remove.map(({ name }) => name)).toEqual([bundleName(old), manifestName(old), segment, before])
  })

  it("keeps the installation's own newest recovery set, whoever of the tenants is known", () => {
    const [first, second] = [40, 35].map((age, at) => setName(at + 1, age, { folder: 'installation' }))
    const objects = [stored(first!, days(-40)), stored(second!, days(-35))]
    const plan = sweep(look(objects, { tenants: new Map() }))
    expect(plan.spared).toEqual([second])
    expect(plan.remove.map(({ name }) => name)).toEqual([first])
  })

  it('aborts and refuses beside', () => {
    const upload = { name: bundleName(backup(3, 2)), uploadID: 'u', startedAt: days(-2) }
    const plan = sweep(look([stored('strange', today)], { halfUploads: [upload] }))
    expect(plan).toMatchObject({ abort: [upload], refused: [{ object: { name: 'strange' } }] })
  })

  /** Any store: backups of three tenants, some halved, some changed, some not read. */
  const anyBackup = fc.record({
    tenant: fc.constantFrom('a000000000', 'b000000000', 'c000000000'),
    sequence: fc.integer({ min: 1, max: 12 }),
    age: fc.integer({ min: 0, max: 120 }),
    shape: fc.constantFrom('whole', 'whole', 'whole', 'no manifest', 'no bundle', 'changed', 'unread'),
  })
  const anyLook = fc
    .record({
      backups: fc.uniqueArray(anyBackup, { selector: ({ tenant, sequence }) => `${tenant}${sequence}` }),
      lives: fc.array(fc.constantFrom(true, false, undefined), { minLength: 3, maxLength: 3 }),
      terminated: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    })
    .map(({ backups, lives, terminated }): SweepLook => {
      const made = backups.map(({ tenant, sequence, age, shape }) => ({
        of: backup(sequence, age, { tenantID: tenant }),
        shape,
      }))
      const terminatedAt = terminated === undefined ? undefined : days(-terminated)
      return look(
        made.flatMap(({ of, shape }) => [
          ...(shape === 'no bundle' ? [] : [bundleOf(of)]),
          ...(shape === 'no manifest' ? [] : [manifestOf(of)]),
        ]),
        {
          manifests: new Map(
            made.flatMap(({ of, shape }) => {
              const said = shape === 'changed' ? { untrusted: 'It was changed.' } : genuine(of)
              return shape === 'unread' ? [] : [[refKey(manifestOf(of)), said] as const]
            }),
          ),
          tenants: new Map(
            ['a000000000', 'b000000000', 'c000000000'].flatMap((id, at) => {
              const known = lives[at]
              return known === undefined ? [] : [[id, { lives: known, terminatedAt }] as const]
            }),
          ),
        },
      )
    })

  it('takes nothing before its date, and never the last one of a tenant that lives', () => {
    fc.assert(
      fc.property(anyLook, (seen) => {
        const gone = new Set(sweep(seen).remove.map(({ name }) => name))
        for (const { name } of seen.objects.filter((object) => gone.has(object.name))) {
          const ends = /-until-(\d{4})(\d\d)(\d\d)/.exec(name)!
          const cut = [...seen.tenants.values()].some(
            ({ terminatedAt }) => terminatedAt && terminatedAt <= days(-89),
          )
          const isPast = new Date(`${ends[1]}-${ends[2]}-${ends[3]}T12:00:00Z`) <= seen.now
          expect(isPast || cut).toBe(true)
        }
        for (const [id, { lives, terminatedAt }] of seen.tenants) {
          if (!lives || (terminatedAt && terminatedAt <= days(-89))) continue
          const proven = seen.objects
            .filter(({ name }) => name.includes(`/${id}/`) && name.endsWith('.age'))
            .map(({ name }) => name)
            .filter((name) => {
              const manifest = seen.objects.find(
                (object) => object.name === name.replace('.age', '.manifest'),
              )
              const said = manifest && seen.manifests.get(refKey(manifest))
              return said && !('untrusted' in said)
            })
            .sort()
          const last = proven.at(-1)
          if (last !== undefined) expect(gone).not.toContain(last)
        }
      }),
    )
  })

  it('is done once everything is read and what it said is done', () => {
    fc.assert(
      fc.property(anyLook, (seen) => {
        const manifests = new Map(seen.manifests)
        const names = new Map(
          seen.objects.map((object) => [refKey(object), object.name.replace('.manifest', '.age')]),
        )
        let plan = sweep({ ...seen, manifests })
        for (let round = 0; plan.unread.length > 0; round += 1) {
          expect(round).toBeLessThan(40)
          for (const ref of plan.unread) {
            const object = names.get(refKey(ref))!
            manifests.set(refKey(ref), { object, bundle: { bytes: 1000, sha256: 'a'.repeat(64) } })
          }
          plan = sweep({ ...seen, manifests })
        }
        const gone = new Set(plan.remove.map(refKey))
        const objects = seen.objects.filter((object) => !gone.has(refKey(object)))
        const again = sweep({ ...seen, objects, manifests })
        expect(again).toMatchObject({ remove: [], unread: [], spared: plan.spared })
      }),
    )
  })
})
