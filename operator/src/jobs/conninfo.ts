/** How PostgreSQL's own programs are told where to go. The password is in a file: arguments are everybody's to read. */
export interface Conninfo {
  host: string
  port: number
  database: string
  username: string
  tls: 'verify-full' | 'disable'
  /** PEM; absent: the system's trust store. */
  caFile?: string | undefined
  passwordFile: string
}

/** One argument for `--dbname`. */
export function conninfo({ host, port, database, username, tls, caFile, passwordFile }: Conninfo): string {
  const values: Record<string, string> = {
    host,
    port: String(port),
    dbname: database,
    user: username,
    passfile: passwordFile,
    sslmode: tls,
    ...(tls === 'verify-full'
      ? { sslrootcert: caFile ?? 'system', ssl_min_protocol_version: 'TLSv1.2' }
      : {}),
    gssencmode: 'disable',
    connect_timeout: '10',
    keepalives_idle: '10',
    application_name: 'kiavi-backup',
  }
  return Object.entries(values)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(' ')
}

/** The content of a password file: this password, wherever it goes. */
export const passwordFile = (password: string): string =>
  `*:*:*:*:${password.replaceAll('\\', '\\\\').replaceAll(':', '\\:')}\n`

const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
