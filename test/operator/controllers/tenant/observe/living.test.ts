import { describe, expect, it } from 'vitest'
import { livingBeside } from '../../../../../operator/src/controllers/tenant/observe/living.ts'

const acme = { namespace: 'shop', name: 'acme' }

describe('livingBeside', () => {
  it.each([
    {
      holder: { namespace: 'shop', name: 'other', tenantID: 'a' },
      lives: true,
      because: 'it is another KiaviTenant',
    },
    {
      holder: { namespace: 'lab', name: 'acme', tenantID: 'a' },
      lives: true,
      because: 'a name is one only within a namespace',
    },
    {
      holder: { ...acme, tenantID: 'a' },
      lives: false,
      because: 'it is this one, or a former one of this name whose deletion the watch has not told yet',
    },
  ])('$holder.namespace/$holder.name: $lives, because $because', ({ holder, lives }) => {
    expect(livingBeside(acme, [holder]).has('a')).toBe(lives)
  })
})
