/** Longest line that is gathered, in characters: etcd's limit for an object is a tenth of it. */
const longestLine = 16 * 1024 * 1024

/** Splits a byte stream into lines of text. The last line need not end: a stream that was cut shows its stump. */
export async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of bytes) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > longestLine)
      throw new RangeError(`A line of the stream is longer than ${longestLine} characters.`)
    for (const part of parts) if (part !== '') yield part
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
