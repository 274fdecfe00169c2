import { describe, expect, it } from 'vitest'
import { bundleName } from '../../../../../operator/src/backups/object-name.ts'
import { gather } from '../../../../../operator/src/controllers/backup/sweep/gather.ts'
import { tenantID } from '../examples.ts'
import {
  backup,
  bundleOf,
  days,
  installationID,
  manifestOf,
  segmentName,
  setName,
  stored,
  today,
  whole,
} from './examples.ts'

const folder = `${installationID}/${tenantID}`

describe('gather', () => {
  it('puts together what belongs to one backup, all versions of it, the newest backup first', () => {
    const [old, young] = [backup(9, 20), backup(10, 10)]
    const hidden = bundleOf(old, { version: 'v0', state: 'hidden' })
    const { tenants, refused } = gather([hidden, ...whole(old), ...whole(young)], installationID)
    expect(refused).toEqual([])
    expect(tenants.get(tenantID)).toEqual([
      { name: bundleName(young), of: young, bundles: [bundleOf(young)], manifests: [manifestOf(young)] },
      { name: bundleName(old), of: old, bundles: [hidden, bundleOf(old)], manifests: [manifestOf(old)] },
    ])
  })

  it('puts what a lost cluster would need beside the backups, by its folder', () => {
    const [segment, set, ours] = [segmentName(4, 9), setName(3, 9), setName(2, 9, { folder: 'installation' })]
    const old = stored(set, days(-9), { version: 'v0', state: 'hidden' })
    const objects = [stored(segment, days(-9)), old, stored(set, days(-8)), stored(ours, days(-9))]
    const { tenants, offline, refused } = gather(objects, installationID)
    expect([tenants.size, refused]).toEqual([0, []])
    expect(
      [...offline].map(([where, all]) => [where, all.map((each) => [each.name, each.objects.length])]),
    ).toEqual([
      [
        tenantID,
        [
          [segment, 1],
          [set, 2],
        ],
      ],
      ['installation', [[ours, 1]]],
    ])
  })

  it.each([
    { name: `${folder}/notes.txt`, says: 'No backup of ours is called so' },
    { name: bundleName(backup(1, 1)).replace('.age', '.zip'), says: 'No backup of ours is called so' },
    { name: bundleName(backup(1, 1)).replace('00000001', '1'), says: 'No backup of ours is called so' },
    { name: `${folder}/recovery-3.age`, says: 'No backup of ours is called so' },
    { name: `${setName(3, 9)}.age`, says: 'No backup of ours is called so' },
    {
      name: bundleName(backup(1, 1, { installationID: 'staging' })),
      says: 'outside the folder of this installation',
    },
    { name: setName(3, 9, { installationID: 'staging' }), says: 'outside the folder of this installation' },
    { name: 'readme.txt', says: 'outside the folder of this installation' },
  ])('refuses $name: $says', ({ name, says }) => {
    const { tenants, refused } = gather([stored(name, today)], installationID)
    expect(tenants.size).toBe(0)
    expect(refused).toMatchObject([{ object: { name } }])
    expect(refused[0]?.why).toContain(says)
  })
})
