import { type Pool } from './pool.ts'

export interface StoredPasskey {
  userID: string
  userHandle: Buffer
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Buffer
  backupEligible: boolean
}

/** The unchanging facts of a passkey: they may be remembered. What changes is judged where it is written. */
export async function findPasskey(db: Pool, credentialID: Buffer): Promise<StoredPasskey | undefined> {
  const { rows } = await db.query<StoredPasskey>({
    name: 'find-passkey',
    text: `
      SELECT p.user_id AS "userID", u.handle AS "userHandle", p.public_key AS "publicKey",
             p.backup_eligible AS "backupEligible"
      FROM auth.passkeys AS p JOIN auth.users AS u ON u.id = p.user_id
      WHERE p.credential_id = $1`,
    values: [credentialID],
  })
  return rows[0]
}

/** What a person may see of a passkey of theirs. */
interface OwnPasskey {
  id: Buffer
  createdAt: Date
  lastUsedAt: Date
  backedUp: boolean
  transports: string[]
  /** The model of the authenticator, as it says itself. */
  aaguid: string
}

/** A person's passkeys, the oldest first, and the handle that all of them keep. */
export async function listPasskeys(
  db: Pool,
  userID: string,
): Promise<{ handle: Buffer; passkeys: OwnPasskey[] } | undefined> {
  const { rows } = await db.query<OwnPasskey & { handle: Buffer }>({
    name: 'list-passkeys',
    text: `
      SELECT u.handle, p.credential_id AS id, p.created_at AS "createdAt", p.last_used_at AS "lastUsedAt",
             p.backed_up AS "backedUp", p.transports, p.aaguid
      FROM auth.users AS u JOIN auth.passkeys AS p ON p.user_id = u.id
      WHERE u.id = $1 ORDER BY p.created_at, p.credential_id`,
    values: [userID],
  })
  const [first] = rows
  return first && { handle: first.handle, passkeys: rows }
}
