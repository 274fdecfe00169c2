import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { found, needle } from './secret-scan.ts'

const password = 'zK8-correct-horse_battery/staple'
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
const jwk = privateKey.export({ format: 'jwk' })
const secrets = [needle('password', password, ['a/b']), needle('key', pem)]

describe('found', () => {
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  it.each([
    ['a password', 'password', `x ${password} y`],
    ['a password in base64', 'password', Buffer.from(password).toString('base64')],
    ['a password in hex', 'password', Buffer.from(password).toString('hex')],
    ['a password in a URL', 'password', `postgres://u:${encodeURIComponent(password)}@h`],
    ['a PEM', 'key', pem],
    ['a PEM in JSON', 'key', JSON.stringify({ pem })],
    ['one line of a PEM', 'key', pem.split('\n')[20]!],
    ['a PEM in base64', 'key', Buffer.from(pem).toString('base64')],
    ['DER in base64', 'key', der.toString('base64')],
    ['DER in hex', 'key', der.toString('hex')],
    ["a JWK's d", 'key', JSON.stringify({ d: jwk.d })],
    ["a JWK's p", 'key', jwk.p!],
    ["a JWK's q in hex", 'key', Buffer.from(jwk.q!, 'base64url').toString('hex')],
  ])('tells %s', (_, label, text) => {
    expect(found(text, secrets)).toEqual([label])
  })

  it('tells nothing of the public half', () => {
    expect(found(JSON.stringify({ n: jwk.n, e: jwk.e }), secrets)).toEqual([])
  })

  it('lets a secret be at home, and nowhere else', () => {
    expect(found(password, secrets, 'a/b')).toEqual([])
    expect(found(password, secrets, 'a/c')).toEqual(['password'])
  })
})
