import { createHash } from 'node:crypto'

/** SHA-256: how challenges and tokens are kept. They are long and random, so that no salt or slow hash is needed. */
export const digest = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()
