import { describe, expect, it } from 'vitest'
import { StoreDamaged, StoreGone } from '../../../../operator/src/providers/backups/errors.ts'
import { verifyStored } from '../../../../operator/src/providers/backups/verify-stored.ts'
import { sha256 } from '../../../support/backup-store/noise.ts'

const content = Buffer.from('what was put')
const put = { name: 'a', version: '1', bytes: content.length, sha256: sha256(content) }

/** A store that gives this for whatever is asked; `taken` is how much of it was read. */
function giving(given: Buffer) {
  const taken = { bytes: 0 }
  async function* body() {
    for (const byte of given) {
      taken.bytes += 1
      yield await Promise.resolve(Buffer.of(byte))
    }
  }
  const head = { ...put, bytes: given.length, storedAt: new Date(), expiresAt: undefined }
  return { read: () => Promise.resolve({ ...head, body: body() }), taken }
}

describe('verifyStored', () => {
  it('is silent when it is what was put', async () => {
    await verifyStored(giving(content), put)
  })

  it.each([
    { given: content.subarray(1), words: /fewer than the 12 bytes/ },
    { given: Buffer.alloc(0), words: /fewer than the 12 bytes/ },
    { given: Buffer.concat([content, Buffer.alloc(1)]), words: /more than the 12 bytes/ },
    { given: Buffer.from('what was pus'), words: /sha256/ },
  ])('says $words', async ({ given, words }) => {
    const failure: unknown = await verifyStored(giving(given), put).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreDamaged)
    expect((failure as Error).message).toMatch(words)
  })

  it('does not read on what is too long', async () => {
    const store = giving(Buffer.alloc(1_000_000))
    await expect(verifyStored(store, put)).rejects.toThrow(StoreDamaged)
    expect(store.taken.bytes).toBe(13)
  })

  it('asks for the very version', async () => {
    const asked: unknown[] = []
    const store = {
      read: (object: unknown) => {
        asked.push(object)
        return Promise.reject(new StoreGone('gone'))
      },
    }
    await expect(verifyStored(store, put)).rejects.toThrow(StoreGone)
    expect(asked).toEqual([{ name: 'a', version: '1' }])
  })
})
