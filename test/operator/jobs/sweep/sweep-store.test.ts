import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { createVolumeStore } from '../../../../operator/src/providers/backups/volume.ts'
import { sweepPromises } from '../../../support/backup-store/sweep-promises.ts'

describe('sweepStore on a volume', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-sweep-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  sweepPromises(() => {
    const root = mkdtempSync(join(folder, 'store-'))
    return Promise.resolve({
      store: createVolumeStore({ root, prefix: 'kiavi' }),
      halfUpload: (name) => {
        const place = join(root, 'kiavi', '.kiavi', 'uploads', name)
        mkdirSync(place, { recursive: true })
        writeFileSync(join(place, `${randomUUID()}.part`), 'half')
        return Promise.resolve()
      },
    })
  })
})
