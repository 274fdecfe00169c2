/** People of a benched tenant: as many rows as wanted, and one private key with which each of them can answer. */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type Passkey } from '../support/authenticator.ts'
import { type PostgresServer } from '../support/postgres.ts'

export interface People {
  count: number
  /** The passkey of one of them, by number from 1. */
  passkey(number: number): Passkey
}

const hash = (algorithm: 'sha256' | 'sha512', text: string) =>
  createHash(algorithm).update(text).digest('base64url')

const passkeyOf = (privateKey: KeyObject, number: number): Passkey => ({
  id: hash('sha256', `passkey ${number}`),
  userHandle: hash('sha512', `user ${number}`),
  privateKey,
  coseKey: Buffer.alloc(0),
  signCount: 0,
})

/** Fills the tables of a migrated tenant as sign-ups would have. */
export async function settlePeople(server: PostgresServer, database: string, count: number): Promise<People> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const client = await server.connect(server.superuser, database)
  try {
    await client.query(
      `INSERT INTO auth.users (id, handle, name, created_at)
       SELECT md5('user ' || n)::uuid, sha512(convert_to('user ' || n, 'UTF8')), 'User ' || n, now()
       FROM generate_series(1, $1::int) AS n`,
      [count],
    )
    await client.query(
      `INSERT INTO auth.passkeys (credential_id, user_id, public_key, algorithm, sign_count, backup_eligible, backed_up,
                                  transports, aaguid, created_at, last_used_at)
       SELECT sha256(convert_to('passkey ' || n, 'UTF8')), md5('user ' || n)::uuid, $2, -7, 0, true, true,
              '{internal}', '00000000-0000-0000-0000-000000000000', now(), now()
       FROM generate_series(1, $1::int) AS n`,
      [count, publicKey.export({ type: 'spki', format: 'der' })],
    )
    await client.query('VACUUM ANALYZE auth.users, auth.passkeys')
  } finally {
    await client.end()
  }
  return { count, passkey: (number) => passkeyOf(privateKey, number) }
}
