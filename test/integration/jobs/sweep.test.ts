import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe } from 'vitest'
import { createS3Store } from '../../../operator/src/providers/backups/s3.ts'
import { type S3Lab, startS3Lab } from '../../support/backup-store/s3-lab.ts'
import { sweepPromises } from '../../support/backup-store/sweep-promises.ts'

describe.each([{ versioning: false }, { versioning: true }])(
  'sweepStore on a bucket with versioning: $versioning',
  ({ versioning }) => {
    let lab: S3Lab
    let turn = 0
    beforeAll(async () => {
      lab = await startS3Lab({ versioning })
    })
    afterAll(() => lab.stop())

    sweepPromises(() => {
      turn += 1
      const prefix = `p${turn}`
      return Promise.resolve({
        store: createS3Store(lab.options({ prefix })),
        halfUpload: async (name) => {
          const Key = `${prefix}/${name}`
          await lab.client.send(new CreateMultipartUploadCommand({ Bucket: lab.bucket, Key }))
        },
      })
    })
  },
)
