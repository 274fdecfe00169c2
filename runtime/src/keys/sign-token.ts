import { sign, type KeyObject } from 'node:crypto'

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

export interface SigningKey {
  activeKid: string
  signingKey: KeyObject
}

/** A compact RS256 JWS; the signature is made on the thread pool, so that the event loop stays free. */
export function signToken(claims: object, type: string, key: SigningKey): Promise<string> {
  const input = `${encoded({ alg: 'RS256', typ: type, kid: key.activeKid })}.${encoded(claims)}`
  return new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(input), key.signingKey, (error, signature) => {
      if (error) reject(error)
      else resolve(`${input}.${signature.toString('base64url')}`)
    })
  })
}
