import { type KeyObject, createHmac } from 'node:crypto'

/**
 * What the journal calls somebody: HMAC-SHA-256 under a key that lies in the tenant's database alone, as its triggers write
 * it (auth.journal_subject). Of a person the 16 bytes of the UUID, of a passkey its credential ID. A key that Node has
 * taken in once makes it ten times as fast.
 */
export const subjectOf = (key: KeyObject, identifier: Uint8Array): string =>
  createHmac('sha256', key).update(identifier).digest('base64url')

export const uuidBytes = (uuid: string): Uint8Array => Buffer.from(uuid.replaceAll('-', ''), 'hex')
