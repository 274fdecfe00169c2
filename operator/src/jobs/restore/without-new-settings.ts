const setting = 'SET transaction_timeout = 0;\n'
/** The settings stand at the very beginning of a script, long before the first row. */
const headBytes = 4096

/** The script of pg_restore for a server that is too old for one of its settings. */
export async function* withoutNewSettings(
  script: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of script) {
    if (head === undefined) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < headBytes) continue
    yield without(head)
    head = undefined
  }
  if (head !== undefined) yield without(head)
}

function without(head: Buffer): Buffer {
  const at = head.indexOf(`\n${setting}`)
  if (at < 0 || at > headBytes) return head
  return Buffer.concat([head.subarray(0, at + 1), head.subarray(at + 1 + setting.length)])
}
