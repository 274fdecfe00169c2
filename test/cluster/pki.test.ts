import { X509Certificate } from 'node:crypto'
import { createServer, connect as tlsConnect } from 'node:tls'
import { type AddressInfo } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Authority, createAuthority } from './pki.ts'

describe('createAuthority', () => {
  let authority: Authority
  beforeAll(async () => (authority = await createAuthority('test CA')))

  it('is a CA', () => {
    const ca = new X509Certificate(authority.cert)
    expect(ca.ca).toBe(true)
    expect(ca.subject).toBe('CN=test CA')
  })

  it('issues what verifies against it, with names, groups and addresses', async () => {
    const { cert } = await authority.issue({
      commonName: 'jane',
      organizations: ['devs', 'admins'],
      dnsNames: ['localhost'],
      ips: ['127.0.0.1', '::1'],
      usage: 'both',
    })
    const leaf = new X509Certificate(cert)
    const ca = new X509Certificate(authority.cert)
    expect(leaf.verify(ca.publicKey)).toBe(true)
    expect(leaf.checkIssued(ca)).toBe(true)
    expect(leaf.ca).toBe(false)
    expect(leaf.subject.split('\n')).toEqual(['O=devs', 'O=admins', 'CN=jane'])
    expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(leaf.checkIP('127.0.0.2')).toBeUndefined()
    expect(leaf.checkHost('localhost')).toBe('localhost')
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1'])
  })

  it('never gives a serial number twice', async () => {
    const request = { commonName: 'x', usage: 'client' } as const
    const [a, b] = await Promise.all([authority.issue(request), authority.issue(request)])
    expect(new X509Certificate(a.cert).serialNumber).not.toBe(new X509Certificate(b.cert).serialNumber)
  })

  it.each([
    { usage: 'server' as const, because: 'it is a server', accepted: true },
    { usage: 'client' as const, because: 'it is no server', accepted: false },
  ])('is accepted by a TLS client as a server: $accepted, because $because', async ({ usage, accepted }) => {
    const pair = await authority.issue({ commonName: 'server', ips: ['127.0.0.1'], usage })
    const server = createServer(pair, (socket) => socket.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const outcome = await new Promise<boolean>((resolve) => {
      const socket = tlsConnect({ host: '127.0.0.1', port, ca: authority.cert }, () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.resume()
    })
    server.close()
    expect(outcome).toBe(accepted)
  })
})
