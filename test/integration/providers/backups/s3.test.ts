import { afterAll, beforeAll, describe } from 'vitest'
import { createS3Store } from '../../../../operator/src/providers/backups/s3.ts'
import { storePromises } from '../../../support/backup-store/promises.ts'
import { type S3Lab, startS3Lab } from '../../../support/backup-store/s3-lab.ts'

describe.each([{ versioning: false }, { versioning: true }])(
  'createS3Store in a bucket with versioning: $versioning',
  ({ versioning }) => {
    let lab: S3Lab
    beforeAll(async () => {
      lab = await startS3Lab({ versioning })
    })
    afterAll(() => lab.stop())

    storePromises((prefix) => createS3Store(lab.options({ prefix })))
  },
)
