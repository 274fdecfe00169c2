import { DatabaseConflict, type DatabaseError, DatabaseRefused, DatabaseUnreachable } from './errors.ts'

type Kind = typeof DatabaseUnreachable | typeof DatabaseRefused | typeof DatabaseConflict

/** SQLSTATE, or its class of two characters; the longer one wins. Whatever is not listed was refused. */
const bySqlState: Record<string, { kind: Kind; mend: string }> = {
  '08': { kind: DatabaseUnreachable, mend: 'The connection broke; the operator tries again.' },
  '53': {
    kind: DatabaseUnreachable,
    mend: 'The server is out of connections, memory or disk; give it room.',
  },
  '57': {
    kind: DatabaseUnreachable,
    mend: 'The server starts, stops or ended the call; the operator tries again.',
  },
  '58': { kind: DatabaseUnreachable, mend: 'The server has trouble with its files; look at its log.' },
  '25006': { kind: DatabaseUnreachable, mend: 'The server is read-only; name the primary in the class.' },
  '28P01': { kind: DatabaseRefused, mend: 'Correct the password in the Secret that the class names.' },
  '28': {
    kind: DatabaseRefused,
    mend: 'Let this user in from here (pg_hba.conf), or correct user and password.',
  },
  '3D000': { kind: DatabaseRefused, mend: 'The database is not there; correct its name in the class.' },
  '42501': {
    kind: DatabaseRefused,
    mend: 'Give the administrator that right, or undo as superuser what it may not.',
  },
  '40': { kind: DatabaseConflict, mend: 'The operator tries again.' },
  '55006': { kind: DatabaseConflict, mend: 'The operator tries again.' },
  '55P03': { kind: DatabaseConflict, mend: 'Somebody holds a lock; the operator tries again.' },
  '23505': { kind: DatabaseConflict, mend: 'The operator looks again.' },
  '42P04': { kind: DatabaseConflict, mend: 'The operator looks again.' },
  '42P06': { kind: DatabaseConflict, mend: 'The operator looks again.' },
  '42710': { kind: DatabaseConflict, mend: 'The operator looks again.' },
}

/** Node's and pg's own failures, by `code` or by words where pg has no code. */
const tlsTrouble = /certificate|altname|self.signed|CERT_|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|support SSL/i

/** Any failure of a call as one of our three, without a secret in its words. `doing` is what was tried. */
export function databaseError(doing: string, host: string, error: unknown): DatabaseError {
  if (
    error instanceof DatabaseUnreachable ||
    error instanceof DatabaseRefused ||
    error instanceof DatabaseConflict
  )
    return error
  const { code, message } = facts(error)
  // Two sessions that change the same catalogue row: PostgreSQL reports it as an internal error.
  if (code === 'XX000' && message.startsWith('tuple concurrently')) {
    return new DatabaseConflict(sentence(doing, message, code, 'The operator tries again.'), {
      sqlState: code,
    })
  }
  if (isSqlState(code)) {
    const row = bySqlState[code] ?? bySqlState[code.slice(0, 2)]
    const { kind: Kind, mend } = row ?? { kind: DatabaseRefused, mend: "Look at the server's log." }
    return new Kind(sentence(doing, message, code, mend), { sqlState: code })
  }
  if (tlsTrouble.test(`${code} ${message}`)) {
    const mend =
      'Put the CA that signed its certificate in the class, and use a host name that the certificate has.'
    return new DatabaseUnreachable(`${doing}: no trusted connection to ${host}: ${message}. ${mend}`)
  }
  return new DatabaseUnreachable(
    `${doing}: ${host} does not answer: ${message || code}. Check host, port and network.`,
  )
}

const sentence = (doing: string, message: string, sqlState: string, mend: string) =>
  `${doing}: ${message} (SQLSTATE ${sqlState}). ${mend}`

const isSqlState = (code: string) => /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)

/** The cause itself is not carried on: pg's errors hold the statement's position and detail. */
function facts(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: 'unknown failure' }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const first =
    error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0].message : ''
  return { code, message: hideSecrets(error.message || first) }
}

/** No statement of ours has a password in it; a server that quotes a verifier back is hidden all the same. */
const hideSecrets = (text: string) => text.replaceAll(/(SCRAM-SHA-256\$|md5)[\w+/=:$]+/g, '$1***')
