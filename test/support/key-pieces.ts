/**
 * Pieces of a private key, however it was written: PEM, DER or the numbers of a JWK, in base64 of either alphabet, in
 * hex, or as a list of bytes; also what was so encoded twice, as a PEM is in a Secret's data.
 */
import { createPrivateKey, type JsonWebKey } from 'node:crypto'

const windowLength = 16
/** A text is looked at every so many letters. */
const stride = 17
/** From so many letters in a row on, wherever they begin, a piece holds a window that is looked at. */
export const shortestPiece = windowLength + stride - 1

export interface KeyPieces {
  /** Windows of the spellings whose capitals matter. */
  exact: ReadonlySet<string>
  /** Windows of those that do not: lower case. */
  hex: ReadonlySet<string>
}

const privateParts = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const satisfies (keyof JsonWebKey)[]

/** The private numbers as they lie side by side in PKCS #1 and PKCS #8; nothing that is public. */
function secretBytes(pem: string): Buffer {
  const key = createPrivateKey(pem)
  const der = key.export({ format: 'der', type: 'pkcs8' })
  const jwk = key.export({ format: 'jwk' })
  const spans = privateParts.flatMap((part) => {
    const number = Buffer.from(jwk[part] ?? '', 'base64url')
    return number.length === 0 ? [] : [{ from: der.indexOf(number), length: number.length }]
  })
  const first = Math.min(...spans.map(({ from }) => from))
  return der.subarray(first, Math.max(...spans.map(({ from, length }) => from + length)))
}

/** Three bytes are four letters: which three depends on where in something larger the bytes lie. */
const alignments = (bytes: Buffer, encoding: 'base64' | 'base64url'): string[] =>
  [0, 1, 2].map((from) =>
    bytes.subarray(from, from + Math.floor((bytes.length - from) / 3) * 3).toString(encoding),
  )

function windowsOf(texts: readonly string[]): Set<string> {
  const windows = new Set<string>()
  for (const text of texts)
    for (let at = 0; at + windowLength <= text.length; at++) windows.add(text.slice(at, at + windowLength))
  return windows
}

export function keyPieces(pem: string): KeyPieces {
  const bytes = secretBytes(pem)
  const once = alignments(bytes, 'base64')
  const written = [...once, ...alignments(bytes, 'base64url')].map((text) => Buffer.from(text))
  return {
    exact: windowsOf([...once, ...written.flatMap((text) => alignments(text, 'base64'))]),
    hex: windowsOf([bytes, ...written].map((each) => each.toString('hex'))),
  }
}

const listToHex = (list: string) =>
  list
    .split(',')
    .map((byte) => Number(byte).toString(16).padStart(2, '0'))
    .join('')

/** A text in which pieces are looked for. */
export interface Letters {
  exact: string
  hex: string
}

/** The text without what breaks lines or escapes letters, in the alphabet of base64; lists of bytes are hex. */
export function lettersOf(text: string): Letters {
  const exact = text
    .replace(/%2b|\\+u002b/gi, '+')
    .replace(/%2f|\\+u002f/gi, '/')
    .replace(/%(?:3d|0a|0d|20)|\\+[nrtx]|[\s\\]+/gi, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/\d{1,3}(?:,\d{1,3}){15,}/g, listToHex)
  return { exact, hex: exact.replaceAll(':', '').toLowerCase() }
}

export const holdsPiece = (letters: Letters, { exact, hex }: KeyPieces): boolean =>
  holdsWindow(letters.exact, exact) || holdsWindow(letters.hex, hex)

function holdsWindow(text: string, windows: ReadonlySet<string>): boolean {
  for (let at = 0; at + windowLength <= text.length; at += stride)
    if (windows.has(text.slice(at, at + windowLength))) return true
  return false
}
