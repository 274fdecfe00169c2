import { describe, expect, it } from 'vitest'
import { checkClientData, parseClientData, type ClientData } from '../../../runtime/src/domain/client-data.ts'

const good: ClientData = { type: 'webauthn.get', challenge: 'AAAA', origin: 'https://auth.acme.eu' }
const terms = {
  type: 'webauthn.get',
  allowedOrigins: ['https://auth.acme.eu', 'https://app.acme.eu'],
} as const

describe('parseClientData', () => {
  it('reads what it knows and lets new members be', () => {
    const bytes = Buffer.from(
      JSON.stringify({ ...good, crossOrigin: false, other_keys_can_be_added_here: 'yes' }),
    )
    expect(parseClientData(bytes)).toEqual({ ...good, crossOrigin: false })
  })

  it.each([
    ['no JSON', Buffer.from('{')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['no object', Buffer.from('[]')],
    ['a challenge that is no base64url', Buffer.from(JSON.stringify({ ...good, challenge: 'a+b/' }))],
    ['an empty challenge', Buffer.from(JSON.stringify({ ...good, challenge: '' }))],
    ['a crossOrigin that is no boolean', Buffer.from(JSON.stringify({ ...good, crossOrigin: 'false' }))],
  ])('refuses %s', (_because, bytes) => {
    expect(parseClientData(bytes)).toBeUndefined()
  })
})

describe('checkClientData', () => {
  it.each<[Partial<ClientData>, ReturnType<typeof checkClientData>, string]>([
    [{}, undefined, 'all is well'],
    [{ origin: 'https://app.acme.eu' }, undefined, 'the second origin is allowed too'],
    [{ crossOrigin: false }, undefined, 'it says that no other site is around it'],
    [{ type: 'webauthn.create' }, 'wrong_type', 'it answers another ceremony'],
    [{ origin: 'https://acme.eu' }, 'wrong_origin', 'a parent is another origin'],
    [{ origin: 'https://app.acme.eu:8443' }, 'wrong_origin', 'another port is another origin'],
    [{ origin: 'http://app.acme.eu' }, 'wrong_origin', 'another scheme is another origin'],
    [{ origin: 'https://app.acme.eu/' }, 'wrong_origin', 'origins end without a slash'],
    [{ origin: 'https://evil.app.acme.eu' }, 'wrong_origin', 'a subdomain is another origin'],
    [{ crossOrigin: true }, 'cross_origin', 'it was made in an iframe of another site'],
    [{ topOrigin: 'https://app.acme.eu' }, 'cross_origin', 'only an iframe has a top origin'],
  ])('%o gives %s, because %s', (change, fault) => {
    expect(checkClientData({ ...good, ...change }, terms)).toBe(fault)
  })
})
