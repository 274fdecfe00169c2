import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { createVolumeStore } from '../../../../operator/src/providers/backups/volume.ts'
import { storePromises } from '../../../support/backup-store/promises.ts'

describe('createVolumeStore', () => {
  let root: string
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'kiavi-volume-'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  storePromises((prefix) => createVolumeStore({ root, prefix }))
})
