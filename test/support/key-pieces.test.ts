import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { holdsPiece, lettersOf, keyPieces, shortestPiece } from './key-pieces.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
const oldPem = privateKey.export({ format: 'pem', type: 'pkcs1' }) as string
const der = privateKey.export({ format: 'der', type: 'pkcs8' })
const oldDer = privateKey.export({ format: 'der', type: 'pkcs1' })
const jwk = privateKey.export({ format: 'jwk' })
const pieces = keyPieces(pem)
const other = keyPieces(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    format: 'pem',
    type: 'pkcs8',
  }) as string,
)

const body = (text: string) => text.replace(/-----.*-----|\n/g, '')
/** The public half comes first; this much of what is written is private for sure. */
const secretPart = (text: string) => text.slice(Math.ceil(text.length * 0.3))
const numbers = (['d', 'p', 'q', 'dp', 'dq', 'qi'] as const).map((part): [string, string] => [
  part,
  jwk[part] ?? '',
])

const spellings: [string, string][] = [
  ['a PEM without line breaks', secretPart(body(pem))],
  ['a PEM of PKCS #1 without line breaks', secretPart(body(oldPem))],
  ['DER in base64', secretPart(der.toString('base64'))],
  ['DER of PKCS #1 in base64url', secretPart(oldDer.toString('base64url'))],
  ['DER in hex', secretPart(der.toString('hex'))],
  ['DER of PKCS #1 in capital hex', secretPart(oldDer.toString('hex').toUpperCase())],
  ['a PEM in base64, as a Secret has it', secretPart(Buffer.from(body(pem)).toString('base64'))],
  ['a PEM in hex', secretPart(Buffer.from(body(pem)).toString('hex'))],
  ...numbers.flatMap(([part, number]): [string, string][] => {
    const bytes = Buffer.from(number, 'base64url')
    return [
      [`${part} in base64url`, number],
      [`${part} in base64`, bytes.toString('base64').replace(/=+$/, '')],
      [`${part} in hex`, bytes.toString('hex')],
      [`${part} in capital hex`, bytes.toString('hex').toUpperCase()],
      [`${part} in a JWK that is base64`, Buffer.from(number).toString('base64').replace(/=+$/, '')],
    ]
  }),
]

describe('holdsPiece', () => {
  it.each(spellings)(`finds any ${shortestPiece} letters of %s`, (_, spelling) => {
    // The first letters of an encoding and its last group may hold bits of a neighbour.
    for (let at = 2; at + shortestPiece <= spelling.length - 12; at++) {
      const text = `x: ${spelling.slice(at, at + shortestPiece)} y`
      expect(holdsPiece(lettersOf(text), pieces), `from letter ${at}`).toBe(true)
    }
  })

  it.each([
    ['DER', oldDer.subarray(400)],
    ['a PEM', Buffer.from(secretPart(body(pem)))],
  ])('finds any 20 bytes of %s as a list', (_, bytes) => {
    for (let at = 0; at + 20 <= bytes.length; at++)
      expect(holdsPiece(lettersOf(`[9, ${bytes.subarray(at, at + 20).join(', ')}, 7]`), pieces)).toBe(true)
  })

  it.each<[string, string]>([
    [
      'over two lines of a PEM',
      `${secretPart(body(pem)).slice(44, 64)}\n${secretPart(body(pem)).slice(64, 84)}`,
    ],
    ['over two lines inside of JSON', JSON.stringify(pem.split('\n').slice(15, 17).join('\n').slice(48, 84))],
    ['in JSON inside of JSON', JSON.stringify(JSON.stringify({ pem }))],
    ['in a URL', encodeURIComponent(pem.split('\n')[18] ?? '')],
    [
      'as a Buffer is shown',
      `<Buffer ${secretPart(der.toString('hex')).slice(0, 100).replace(/../g, '$& ')}... >`,
    ],
    [
      'as OpenSSL prints it',
      secretPart(oldDer.toString('hex'))
        .slice(0, 200)
        .replace(/..(?=.)/g, '$&:'),
    ],
    ['as a Buffer in JSON', JSON.stringify(Buffer.from(pem))],
    ['as bytea', `\\x${secretPart(der.toString('hex')).slice(0, 40)}`],
    ['in a Secret of kubectl', JSON.stringify({ data: { key: Buffer.from(pem).toString('base64') } })],
    ['in base64 with lines of 76 letters', der.toString('base64').replace(/.{76}/g, '$&\r\n')],
  ])('finds it %s', (_, text) => {
    expect(holdsPiece(lettersOf(text), pieces)).toBe(true)
    expect(holdsPiece(lettersOf(text), other)).toBe(false)
  })

  it.each<[string, string]>([
    ['the public JWK', JSON.stringify({ n: jwk.n, e: jwk.e })],
    ['the public PEM', pem.split('\n').slice(0, 6).join('\n')],
    ['a kid', 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'],
    ['a list of numbers', Array.from({ length: 2000 }, (_, at) => at % 256).join(',')],
  ])('finds nothing in %s', (_, text) => {
    expect(holdsPiece(lettersOf(text), pieces)).toBe(false)
  })
})
