import { createHash } from 'node:crypto'

export interface Metered {
  bytes: number
  /** Hex. */
  sha256: string
}

export interface Meter {
  /** Hands on what comes, counted. */
  through: (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array, void, undefined>
  add: (bytes: Uint8Array) => void
  bytes: () => number
  /** Once, at the end. */
  total: () => Metered
}

/** Counts and hashes a stream while it passes. */
export function createMeter(passed: (bytes: number) => void = () => {}): Meter {
  const hash = createHash('sha256')
  let bytes = 0
  const add = (chunk: Uint8Array) => {
    hash.update(chunk)
    bytes += chunk.length
    passed(bytes)
  }
  return {
    async *through(source) {
      for await (const chunk of source) {
        add(chunk)
        yield chunk
      }
    },
    add,
    bytes: () => bytes,
    total: () => ({ bytes, sha256: hash.digest('hex') }),
  }
}
