import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type OfflineObject,
  type OfflinePlace,
} from '../../../../operator/src/providers/backups/offline-port.ts'
import { createOfflineS3 } from '../../../../operator/src/providers/backups/offline-s3.ts'
import { type S3Lab, startS3Lab } from '../../../support/backup-store/s3-lab.ts'

const object: OfflineObject = {
  ...{ kind: 'recovery', installationID: 'inst', folder: 'installation', ciphertext: Buffer.from('sealed') },
  ...{ at: new Date('2026-01-01T00:00:00Z'), expiresAt: new Date('2026-03-01T00:00:00Z') },
}

describe('createOfflineS3', () => {
  let lab: S3Lab
  let place: Extract<OfflinePlace, { kind: 's3' }>
  const offline = createOfflineS3()
  beforeAll(async () => {
    lab = await startS3Lab()
    place = { kind: 's3', options: lab.options({ prefix: 'kiavi' }) }
  })
  afterAll(() => lab.stop())

  it('numbers what it puts, and knows whether that lies there still', async () => {
    const first = await offline.put(place, object)
    const second = await offline.put(place, { ...object, ciphertext: Buffer.from('another') })
    expect([first.number, second.number]).toEqual([1, 2])
    expect(await offline.has(place, first)).toBe(true)
    expect(await offline.has(place, { ...first, version: second.version })).toBe(false)
    rmSync(join(lab.folder, 'kiavi', first.name))
    expect(await offline.has(place, first)).toBe(false)
    // The number of what is gone is not given again while a higher one is there.
    expect(await offline.put(place, object)).toMatchObject({ number: 3 })
  })

  it('puts two at the same time under one name at most once', async () => {
    const both = await Promise.allSettled([1, 2].map(() => offline.put(place, object)))
    const names = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value.name] : []))
    expect(new Set(names).size).toBe(names.length)
    for (const each of both)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'STORE_EXISTS' })
  })

  it('says that the credential is refused, and repeats none of it', async () => {
    const credentials = {
      accessKeyID: place.options.credentials.accessKeyID,
      secretAccessKey: 'wrong-secret',
    }
    const refused = offline.put({ kind: 's3', options: { ...place.options, credentials } }, object)
    await expect(refused).rejects.toMatchObject({ code: 'STORE_DENIED' })
    await refused.catch((error: unknown) => expect(String(error)).not.toContain('wrong-secret'))
  })
})
