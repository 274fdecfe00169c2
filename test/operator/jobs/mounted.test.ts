import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readIfMounted, readMounted } from '../../../operator/src/jobs/mounted.ts'

const folder = mkdtempSync(join(tmpdir(), 'kiavi-mounted-'))
mkdirSync(join(folder, 'database'))
writeFileSync(join(folder, 'database', 'password'), ' pass word \n')
afterAll(() => rmSync(folder, { recursive: true }))

describe('readMounted', () => {
  it('takes a secret without the newline behind it', async () => {
    expect(await readMounted(folder, 'databasePassword')).toBe(' pass word ')
  })

  it('names what is missing', async () => {
    await expect(readMounted(folder, 'identity')).rejects.toThrow('identity/identity.txt is not mounted')
    expect(await readIfMounted(folder, 'identity')).toBeUndefined()
  })
})
