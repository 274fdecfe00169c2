/** Messages of PostgreSQL's wire protocol 3.0 (chapter "Frontend/Backend Protocol"), as bytes. */

/** The first message of a connection has no type byte; these codes stand where the protocol version would. */
export const sslRequestCode = 80877103
export const gssRequestCode = 80877104
export const cancelRequestCode = 80877102

export interface Frame {
  /** `Q`, `P`, `Z`, ...; empty for a message without a type byte. */
  type: string
  /** The message whole, as it goes on the wire. */
  bytes: Buffer
}

/** Cuts a stream into messages. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
  }

  /** A first message: length, then a code or the protocol version. */
  nextUntyped(): Frame | undefined {
    return this.#take('', 0)
  }

  next(): Frame | undefined {
    return this.#held.length === 0 ? undefined : this.#take(String.fromCharCode(this.#held[0] ?? 0), 1)
  }

  /** What has come and is no whole message yet. */
  rest(): Buffer {
    const rest = this.#held
    this.#held = Buffer.alloc(0)
    return rest
  }

  #take(type: string, lengthAt: number): Frame | undefined {
    if (this.#held.length < lengthAt + 4) return undefined
    const end = lengthAt + this.#held.readInt32BE(lengthAt)
    if (this.#held.length < end) return undefined
    const bytes = this.#held.subarray(0, end)
    this.#held = this.#held.subarray(end)
    return { type, bytes }
  }
}

/** Zero-terminated strings from an offset on. */
export function strings(bytes: Buffer, from: number, count = Infinity): string[] {
  const found: string[] = []
  for (let start = from; found.length < count;) {
    const end = bytes.indexOf(0, start)
    if (end === -1) break
    found.push(bytes.toString('utf8', start, end))
    start = end + 1
  }
  return found
}

/** `user`, `database`, `application_name`, ... of a startup message. */
export function startupParameters(bytes: Buffer): Record<string, string> {
  const words = strings(bytes, 8)
  const parameters: Record<string, string> = {}
  for (let i = 0; i + 1 < words.length && words[i] !== ''; i += 2)
    parameters[words[i] ?? ''] = words[i + 1] ?? ''
  return parameters
}

export function frame(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** The SQLSTATE of an ErrorResponse. */
export function sqlStateOf(bytes: Buffer): string {
  const code = strings(bytes, 5).find((field) => field.startsWith('C'))
  return code?.slice(1) ?? 'XX000'
}

/** ErrorResponse, then ReadyForQuery with the transaction status that holds after it. */
export function refusal(sqlState: string, message: string, transaction: string): Buffer {
  const fields = ['SERROR', 'VERROR', `C${sqlState}`, `M${message}`].map((field) => `${field}\0`).join('')
  return Buffer.concat([
    frame('E', Buffer.from(`${fields}\0`)),
    frame('Z', Buffer.from(transaction === 'I' ? 'I' : 'E')),
  ])
}
