import { describe, expect, it } from 'vitest'
import { freshEvents } from './fresh-events.ts'

const events = '/apis/events.k8s.io/v1/namespaces/customers/events'
const write = (method: string, path: string, body: object = {}) => ({
  ...{ method, path },
  body: Buffer.from(JSON.stringify(body)),
})

describe('freshEvents', () => {
  const rename = freshEvents([
    write('POST', events, { metadata: { name: 'acme.00f0' } }),
    write('POST', `${events}?fieldManager=x`, { metadata: { name: 'acme.0c3e' } }),
    write('PATCH', `${events}/acme.00f0`),
    write('PUT', '/api/v1/namespaces/a/secrets/acme', { metadata: { name: 'acme' } }),
  ])

  it('gives each event another name of the same length, in bodies and in paths', () => {
    expect(rename('{"name":"acme.00f0"} acme.0c3e')).toBe('{"name":"acme.00f1"} acme.0c30')
    expect(rename(`${events}/acme.00f0`)).toBe(`${events}/acme.00f1`)
  })

  it('leaves everything else as it was', () => {
    expect(rename('/api/v1/namespaces/a/secrets/acme')).toBe('/api/v1/namespaces/a/secrets/acme')
  })
})
