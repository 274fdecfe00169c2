import { type Passwords } from './port.ts'

/** Four passwords of 256 bits each. `random` gives n bytes. */
export function generatePasswords(random: (bytes: number) => Uint8Array): Passwords {
  const password = () => Buffer.from(random(32)).toString('base64url')
  return { owner: password(), app: password(), backup: password(), outbox: password() }
}
