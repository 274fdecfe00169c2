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
