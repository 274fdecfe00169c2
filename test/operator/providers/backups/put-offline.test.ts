import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type OfflineObject } from '../../../../operator/src/providers/backups/offline-port.ts'
import { type BackupStore } from '../../../../operator/src/providers/backups/port.ts'
import { putOffline } from '../../../../operator/src/providers/backups/put-offline.ts'
import { createVolumeStore } from '../../../../operator/src/providers/backups/volume.ts'

const folder = 'k3x9q7w2ab'
const object = (kind: OfflineObject['kind'], text: string): OfflineObject => ({
  ...{ kind, installationID: 'inst', folder, ciphertext: Buffer.from(text) },
  ...{ at: new Date('2026-01-01T00:00:00Z'), expiresAt: new Date('2026-02-01T00:00:00Z') },
})
const dates = '20260101T000000Z-until-20260201T000000Z.age'

describe('putOffline', () => {
  const root = mkdtempSync(join(tmpdir(), 'kiavi-offline-'))
  const store = createVolumeStore({ root, prefix: '' })
  afterAll(() => rmSync(root, { recursive: true }))
  const namesOf = async () => {
    const names: string[] = []
    for await (const { name } of store.list(`inst/${folder}`)) names.push(name)
    return names
  }

  it('puts each kind under the next number of its own', async () => {
    expect(await putOffline(store, object('journal', 'one'))).toMatchObject({ number: 1 })
    expect(await putOffline(store, object('journal', 'two'))).toMatchObject({ number: 2 })
    const set = await putOffline(store, object('recovery', 'three'))
    expect(set).toMatchObject({ number: 1, name: `inst/${folder}/recovery-00000001-${dates}` })
    expect(readFileSync(join(root, set.name), 'utf8')).toBe('three')
    expect(await store.head(set.name)).toMatchObject({
      version: set.version,
      expiresAt: object('journal', '').expiresAt,
    })
  })

  it('takes away what does not come back as it was put', async () => {
    const before = await namesOf()
    const liar: Pick<BackupStore, 'list' | 'put' | 'read' | 'remove'> = {
      ...store,
      read: async (ref, signal) => {
        const open = await store.read(ref, signal)
        return { ...open, body: flipped(open.body) }
      },
    }
    await expect(putOffline(liar, object('journal', 'four'))).rejects.toMatchObject({ code: 'STORE_DAMAGED' })
    expect(await namesOf()).toEqual(before)
  })
})

async function* flipped(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of body) yield chunk.map((byte) => byte ^ 1)
}
