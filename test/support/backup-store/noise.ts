import { createCipheriv, createHash } from 'node:crypto'

const chunkBytes = 64 * 1024

/** Bytes that look random and are the same for the same seed, as a stream. */
export async function* noise(seed: string, bytes: number): AsyncGenerator<Buffer> {
  const key = createHash('sha256').update(seed).digest()
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  const zeros = Buffer.alloc(chunkBytes)
  for (let left = bytes; left > 0; left -= chunkBytes)
    yield await Promise.resolve(cipher.update(zeros.subarray(0, Math.min(left, chunkBytes))))
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
