import { describe, expect, it } from 'vitest'
import { hostBasedAccess, serverArgs } from './postgres-config.ts'

const settings = { port: 5432, listen: ['127.0.0.1', '10.99.0.1'], tls: undefined, maxConnections: 100 }

describe('hostBasedAccess', () => {
  it.each([
    { tls: true, line: 'hostssl all all all scram-sha-256\n', because: 'nobody may do without TLS' },
    { tls: false, line: 'host all all all scram-sha-256\n', because: 'a password is always asked for' },
  ])('is one line: $because', ({ tls, line }) => {
    expect(hostBasedAccess(tls)).toBe(line)
  })
})

describe('serverArgs', () => {
  it.each([
    { because: 'it listens where it is told', has: 'listen_addresses=127.0.0.1,10.99.0.1' },
    { because: 'it makes no socket file', has: 'unix_socket_directories=' },
    { because: 'it has no TLS without a certificate', has: 'ssl=off' },
    { because: 'a flush is not worth its time here', has: 'fsync=off' },
  ])('has $has: $because', ({ has }) => {
    expect(serverArgs(settings)).toContain(has)
  })
  it('has TLS with a certificate', () => {
    const args = serverArgs({ ...settings, tls: { certFile: '/c', keyFile: '/k' } })
    expect(args).toEqual(expect.arrayContaining(['ssl=on', 'ssl_cert_file=/c', 'ssl_key_file=/k']))
  })
  it('waits for the disk where commits shall be durable', () => {
    const args = serverArgs({ ...settings, durable: true })
    expect(args).toEqual(expect.arrayContaining(['fsync=on', 'full_page_writes=on']))
  })
  it('never gives up commits for speed', () => {
    expect(serverArgs(settings).join(' ')).not.toContain('synchronous_commit')
  })
})
