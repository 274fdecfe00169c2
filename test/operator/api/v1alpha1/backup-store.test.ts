import { describe, expect, it } from 'vitest'
import { backupStore } from '../../../../operator/src/api/v1alpha1/backup-store.ts'

const recoveryRecipient = `age1${'q'.repeat(58)}`
const s3 = {
  endpoint: 'https://s3.fr-par.scw.cloud',
  region: 'fr-par',
  bucket: 'kiavi',
  credentialsSecretName: 's3',
}

describe('backupStore', () => {
  it('fills in what works with most servers, and four at once', () => {
    expect(backupStore.parse({ store: { s3 }, recoveryRecipient })).toEqual({
      store: { s3: { ...s3, prefix: '', forcePathStyle: true } },
      recoveryRecipient,
      atOnce: 4,
    })
  })

  it('is not without a key for the day on which the cluster is lost', () => {
    expect(backupStore.safeParse({ store: { s3 } }).success).toBe(false)
  })
})
