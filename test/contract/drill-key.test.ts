import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeDrillKey } from '../../operator/src/jobs/restore/drill-key.ts'
import { readKeySet } from '../../runtime/src/keys/key-set.ts'

describe('makeDrillKey', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiavi-drill-key-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('makes keys that the runtime takes, another each time, and that its group alone reads', async () => {
    const { kid } = await makeDrillKey(folder)
    const keys = await readKeySet(folder)
    expect(keys.activeKid).toBe(kid)
    for (const file of await readdir(folder))
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o440)
    const other = await mkdtemp(join(folder, 'other-'))
    expect((await makeDrillKey(other)).kid).not.toBe(kid)
  })
})
