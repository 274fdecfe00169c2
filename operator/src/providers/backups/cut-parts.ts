/**
 * Cuts a stream into parts of the sizes given; the last is what is left. An empty stream is one empty part. Each part is
 * memory of its own: it stays as it is while the next one is filled.
 */
export async function* cutParts(
  body: AsyncIterable<Uint8Array>,
  sizeOf: (number: number) => number,
): AsyncGenerator<Buffer, void, undefined> {
  let number = 1
  let part = Buffer.allocUnsafeSlow(sizeOf(number))
  let filled = 0
  for await (const chunk of body) {
    for (let taken = 0; taken < chunk.length;) {
      // A full part waits for the first byte behind it, so that no empty one comes last.
      if (filled === part.length) {
        yield part
        number += 1
        part = Buffer.allocUnsafeSlow(sizeOf(number))
        filled = 0
      }
      const size = Math.min(part.length - filled, chunk.length - taken)
      part.set(chunk.subarray(taken, taken + size), filled)
      filled += size
      taken += size
    }
  }
  if (filled > 0 || number === 1) yield part.subarray(0, filled)
}
