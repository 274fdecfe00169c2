import { describe, expect, it } from 'vitest'
import { bundleName } from '../../../../../operator/src/backups/object-name.ts'
import { gather } from '../../../../../operator/src/controllers/backup/sweep/gather.ts'
import { tenantID } from '../examples.ts'
import { backup, bundleOf, installationID, manifestOf, stored, today, whole } from './examples.ts'

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

  it('leaves what a lost cluster would take with it, which has no date', () => {
    expect(gather([stored(`${folder}/recovery-3.age`, today)], installationID)).toEqual({
      tenants: new Map(),
      refused: [],
    })
  })

  it.each([
    { name: `${folder}/notes.txt`, says: 'No backup of ours is called so' },
    { name: bundleName(backup(1, 1)).replace('.age', '.zip'), says: 'No backup of ours is called so' },
    { name: bundleName(backup(1, 1)).replace('00000001', '1'), says: 'No backup of ours is called so' },
    { name: `${folder}/recovery-3.age.age`, says: 'No backup of ours is called so' },
    {
      name: bundleName(backup(1, 1, { installationID: 'staging' })),
      says: 'outside the folder of this installation',
    },
    { name: `staging/${tenantID}/recovery-3.age`, says: 'outside the folder of this installation' },
    { name: 'readme.txt', says: 'outside the folder of this installation' },
  ])('refuses $name: $says', ({ name, says }) => {
    const { tenants, refused } = gather([stored(name, today)], installationID)
    expect(tenants.size).toBe(0)
    expect(refused).toMatchObject([{ object: { name } }])
    expect(refused[0]?.why).toContain(says)
  })
})
