/** What a test server is told: pure. */

export interface PostgresSettings {
  port: number
  listen: readonly string[]
  tls: { certFile: string; keyFile: string } | undefined
  maxConnections: number
  /** Commits wait for the disk. */
  durable?: boolean
}

/** Passwords always, and TLS always where the server has it; there is no other way in. */
export const hostBasedAccess = (tls: boolean) => `${tls ? 'hostssl' : 'host'} all all all scram-sha-256\n`

export function serverArgs(settings: PostgresSettings): string[] {
  const { port, listen, tls, maxConnections, durable = false } = settings
  const values: Record<string, string> = {
    port: String(port),
    listen_addresses: listen.join(','),
    unix_socket_directories: '',
    max_connections: String(maxConnections),
    shared_buffers: '64MB',
    password_encryption: 'scram-sha-256',
    // A test server need not survive a power cut. Commits are still there after it is killed.
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    log_line_prefix: '%m [%p] %q%u@%d ',
    ...(tls === undefined
      ? { ssl: 'off' }
      : {
          ssl: 'on',
          ssl_cert_file: tls.certFile,
          ssl_key_file: tls.keyFile,
          ssl_min_protocol_version: 'TLSv1.2',
        }),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
