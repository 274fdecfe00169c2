/**
 * Encrypts what is small to the public halves of identities that lie elsewhere. Every one of the recipients opens it
 * alone. It proves no sender. Throws `TypeError` for what is no recipient.
 */
export type Encrypt = (plaintext: string, recipients: readonly string[]) => Promise<Uint8Array>
