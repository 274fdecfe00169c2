import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

/** PostgreSQL's own default. The passwords are 256 random bits, so more rounds would buy nothing. */
const iterations = 4096

/**
 * What PostgreSQL stores for a password (RFC 5802, RFC 7677; `pg_authid.rolpassword`). It is computed here so that
 * the password itself never reaches the server's statement log. `password` must be ASCII: SASLprep is not applied.
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  if (!/^[\x21-\x7e]+$/.test(password)) throw new TypeError('A password here is printable ASCII.')
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const storedKey = createHash('sha256').update(clientKey).digest('base64')
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${String(iterations)}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`
}
