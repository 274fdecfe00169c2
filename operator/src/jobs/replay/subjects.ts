import { createHmac } from 'node:crypto'

/**
 * What the journal calls somebody: HMAC-SHA-256 under a key that lies in the tenant's database alone, as its triggers write
 * it (auth.journal_subject). Of a person the 16 bytes of the UUID, of a passkey its credential ID.
 */
export const subjectOf = (key: Uint8Array, identifier: Uint8Array): string =>
  createHmac('sha256', key).update(identifier).digest('base64url')

export const uuidBytes = (uuid: string): Uint8Array => Buffer.from(uuid.replaceAll('-', ''), 'hex')
