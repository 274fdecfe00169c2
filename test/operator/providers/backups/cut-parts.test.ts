import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutParts } from '../../../../operator/src/providers/backups/cut-parts.ts'

async function* stream(chunks: readonly Uint8Array[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk)
}

const parts = async (chunks: readonly Uint8Array[], sizeOf: (number: number) => number) => {
  const found: Buffer[] = []
  for await (const part of cutParts(stream(chunks), sizeOf)) found.push(part)
  return found
}

describe('cutParts', () => {
  it.each([
    { bytes: 0, sizes: [0], because: 'an empty stream is one empty part' },
    { bytes: 1, sizes: [1], because: 'the last part is what is left' },
    { bytes: 4, sizes: [4], because: 'no empty part comes after a full one' },
    { bytes: 5, sizes: [4, 1], because: 'one byte more' },
    { bytes: 12, sizes: [4, 8], because: 'the second may be larger' },
    { bytes: 30, sizes: [4, 8, 12, 6], because: 'each has its own size' },
  ])('cuts $bytes bytes into $sizes: $because', async ({ bytes, sizes }) => {
    const found = await parts([Buffer.alloc(bytes)], (number) => 4 * number)
    expect(found.map((part) => part.length)).toEqual(sizes)
  })

  it('keeps every byte in its place, however the stream comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        async (chunks, size) => {
          const found = await parts(chunks, () => size)
          expect(Buffer.concat(found).equals(Buffer.concat(chunks))).toBe(true)
          expect(found.slice(0, -1).every((part) => part.length === size)).toBe(true)
        },
      ),
    )
  })

  it('gives parts that stay as they are while the next one is filled', async () => {
    const chunk = Buffer.from('aaaa')
    async function* reused() {
      yield await Promise.resolve(chunk)
      chunk.fill('b')
      yield chunk
    }
    const found: string[] = []
    const kept: Buffer[] = []
    for await (const part of cutParts(reused(), () => 4)) {
      kept.push(part)
      found.push(part.toString())
    }
    expect(found).toEqual(['aaaa', 'bbbb'])
    expect(kept.map(String)).toEqual(found)
  })

  it('does not read ahead of the part that is asked for', async () => {
    let taken = 0
    async function* counted() {
      for (;;) {
        taken += 1
        yield await Promise.resolve(Buffer.alloc(4))
      }
    }
    const cut = cutParts(counted(), () => 8)
    await cut.next()
    expect(taken).toBe(3)
    await cut.return()
  })
})
