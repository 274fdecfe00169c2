import { createHmac, type KeyObject } from 'node:crypto'

/**
 * The 64 bytes that a passkey keeps to say whose it is. Random to everyone but us: derived from the nonce of the
 * registration's challenge, so that nothing needs to be stored between its two requests.
 */
export const userHandle = (nonce: Uint8Array, key: KeyObject): Buffer =>
  createHmac('sha512', key).update('kiavi user handle 1\0').update(nonce).digest()
