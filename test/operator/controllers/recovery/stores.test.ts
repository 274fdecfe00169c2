import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeAgeIdentity } from '../../../../operator/src/backups/age-identity.ts'
import { storesOf } from '../../../../operator/src/controllers/recovery/stores.ts'
import { tenantClass } from '../tenant/world.ts'
import { s3 } from '../backup/rendering.ts'

const [one, two] = [makeAgeIdentity(randomBytes).recipient, makeAgeIdentity(randomBytes).recipient].sort()
const object = (name: string, store: object | undefined, recoveryRecipient = one) => ({
  ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviTenantClass', metadata: { name } },
  spec: { ...tenantClass(), ...(store ? { backups: { store, recoveryRecipient } } : {}) },
})

describe('storesOf', () => {
  it('has each store once, for everybody who shall open what lies there', () => {
    const stores = storesOf([
      object('a', { s3 }, two),
      object('b', { s3: { ...s3, credentialsSecretName: 'others' } }),
      object('c', { s3: { ...s3, prefix: 'elsewhere' } }),
      object('d', { volume: { claimName: 'backups' } }),
      object('e', undefined),
      { ...object('f', { s3 }), spec: {} },
    ])
    expect(
      stores.map(({ class: { backups }, recipients }) => [backups.store.s3?.prefix, recipients]),
    ).toEqual([
      ['', [one, two]],
      ['elsewhere', [one]],
      [undefined, [one]],
    ])
  })
})
