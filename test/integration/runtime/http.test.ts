import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { servedTenant } from '../../support/served-tenant.ts'

const served = servedTenant()

/** fetch would mend the headers that these tests are about. */
function raw(method: string, path: string, headers: Record<string, string>, body = '') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const sent = request(served.tenant.url + path, { method, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
      })
      sent.on('error', reject)
      sent.end(body)
    },
  )
}
const options = '/v1/passkeys/authentication/options'
const codeOf = (text: string) => (JSON.parse(text) as { error: string }).error

describe('a body', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'Application/JSON',
  ])('may be %j', async (type) => {
    expect((await raw('POST', options, { 'content-type': type }, '{}')).status).toBe(200)
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json\t; charset=utf-8',
    'application/json;',
    'application/jsonx',
    'text/plain; application/json',
    'application/json; charset=utf-16',
    'application/ld+json',
  ])('may not be %j', async (type) => {
    const { status, text } = await raw('POST', options, { 'content-type': type }, '{}')
    expect([status, codeOf(text)]).toEqual([415, 'unsupported_media_type'])
  })

  it.each([
    ['no type at all', {}, '{}', 415],
    ['no body', { 'content-type': 'application/json' }, '', 400],
    ['no JSON', { 'content-type': 'application/json' }, '{', 400],
    ['an unknown field', { 'content-type': 'application/json' }, '{"admin":true}', 400],
    ['a prototype', { 'content-type': 'application/json' }, '{"__proto__":{"a":1}}', 400],
    ['a list', { 'content-type': 'application/json' }, '[]', 400],
    ['more than 64 KiB', { 'content-type': 'application/json' }, `{"a":"${'x'.repeat(65_536)}"}`, 413],
  ])('with %s is refused', async (_because, headers, body, status) => {
    expect((await raw('POST', options, headers, body)).status).toBe(status)
  })
})

describe('origins', () => {
  const json = { 'content-type': 'application/json' }
  it('answers a preflight of the tenant’s own pages, without credentials', async () => {
    const { status, headers } = await raw('OPTIONS', options, {
      origin: 'https://app.localhost',
      'access-control-request-method': 'POST',
    })
    expect(status).toBe(204)
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'https://app.localhost', vary: 'Origin' })
    expect(headers['access-control-allow-credentials']).toBeUndefined()
  })
  it.each<[string, Record<string, string>, number]>([
    ['a page of ours', { origin: 'https://app.localhost' }, 200],
    ['no browser', {}, 200],
    ['a page of another site', { origin: 'https://evil.example' }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['a link of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a link of a sibling host', { 'sec-fetch-site': 'same-site' }, 403],
    ['the hosted pages', { 'sec-fetch-site': 'same-origin' }, 200],
  ])('a request of %s %o', async (_because, headers, status) => {
    const answer = await raw('POST', options, { ...json, ...headers }, '{}')
    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('/.well-known/jwks.json', () => {
  const jwks = '/.well-known/jwks.json'
  it('is the same bytes for every Host, cacheable, with an ETag', async () => {
    const a = await raw('GET', jwks, {})
    const b = await raw('GET', jwks, { host: 'other-tenant.example', 'x-forwarded-host': 'evil.example' })
    expect(a.text).toBe(b.text)
    expect(a.headers).toMatchObject({
      'cache-control': 'public, max-age=300',
      'content-type': 'application/json',
    })
    expect(a.headers['vary']).toBeUndefined()
    expect(JSON.parse(a.text)).toEqual({ keys: served.tenant.keys.map((key) => key.publicKey) })
  })
  it('answers 304 to who has it already', async () => {
    const etag = String((await raw('GET', jwks, {})).headers['etag'])
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, text } = await raw('GET', jwks, { 'if-none-match': tags })
      expect([status, text]).toEqual([304, ''])
    }
    expect((await raw('GET', jwks, { 'if-none-match': '"other"' })).status).toBe(200)
  })
  it('answers HEAD', async () => {
    expect((await raw('HEAD', jwks, {})).status).toBe(200)
  })
})

describe('/.well-known/oauth-authorization-server', () => {
  it('says what is there and nothing more', async () => {
    const { text } = await raw('GET', '/.well-known/oauth-authorization-server', {})
    expect(JSON.parse(text)).toEqual({
      issuer: served.tenant.url,
      jwks_uri: `${served.tenant.url}/.well-known/jwks.json`,
      response_types_supported: [],
      grant_types_supported: [],
    })
    expect((await raw('GET', '/.well-known/openid-configuration', {})).status).toBe(404)
  })
})

describe('every answer', () => {
  it.each([
    ['GET', '/sign-in'],
    ['GET', '/.well-known/jwks.json'],
    ['GET', '/nothing'],
    ['POST', options],
  ])('of %s %s carries the security headers', async (method, path) => {
    const { headers } = await raw(
      method,
      path,
      { 'content-type': 'application/json' },
      method === 'POST' ? '{}' : '',
    )
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=63072000',
      'x-frame-options': 'DENY',
    })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['x-request-id']).toMatch(/^[\w-]{16}$/)
  })
  it('of the public port knows no probe and no metrics', async () => {
    for (const path of ['/livez', '/readyz', '/metrics'])
      expect((await raw('GET', path, {})).status).toBe(404)
  })
})
