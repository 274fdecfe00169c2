import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ObjectStore, startObjectStore } from '../../cluster/object-store.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** One request signed as AWS Signature Version 4 says, with whatever secret is given. */
async function signed(store: ObjectStore, secret: string, method: string, path: string, body = '') {
  const { host } = new URL(store.endpoint)
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const day = time.slice(0, 8)
  const payload = sha256(body)
  const headers = { host, 'x-amz-content-sha256': payload, 'x-amz-date': time }
  const names = Object.keys(headers).sort().join(';')
  const lines = Object.entries(headers)
    .sort()
    .map(([name, value]) => `${name}:${value}\n`)
  const canonical = [method, path, '', lines.join(''), names, payload].join('\n')
  const scope = `${day}/${store.region}/s3/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), store.region), 's3'), 'aws4_request')
  const authorization = `AWS4-HMAC-SHA256 Credential=${store.accessKey}/${scope}, SignedHeaders=${names}, Signature=${hmac(key, toSign).toString('hex')}`
  const response = await fetch(`${store.endpoint}${path}`, {
    method,
    // fetch itself says the host.
    headers: { 'x-amz-content-sha256': payload, 'x-amz-date': time, authorization },
    ...(body === '' ? {} : { body }),
  })
  return { status: response.status, text: await response.text() }
}

describe('startObjectStore', () => {
  let store: ObjectStore
  beforeAll(async () => {
    store = await startObjectStore({ progress: () => {} })
  })
  afterAll(() => store.stop())

  it('keeps what a rightly signed request puts, and gives it back', async () => {
    expect((await signed(store, store.secretKey, 'PUT', '/backups')).status).toBe(200)
    expect((await signed(store, store.secretKey, 'PUT', '/backups/one', 'content')).status).toBe(200)
    expect(await signed(store, store.secretKey, 'GET', '/backups/one')).toEqual({
      status: 200,
      text: 'content',
    })
  })

  it('refuses a request that is signed with another secret', async () => {
    const answer = await signed(store, `${store.secretKey}x`, 'GET', '/backups/one')
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('SignatureDoesNotMatch')
  })

  it('refuses a request that is not signed', async () => {
    expect((await fetch(`${store.endpoint}/backups/one`)).status).toBe(403)
  })
})
