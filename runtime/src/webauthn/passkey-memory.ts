import { type PasskeyToVerify } from './verify-assertion.ts'

export interface RememberedPasskey extends PasskeyToVerify {
  userID: string
}

/**
 * Passkeys seen lately, with their keys imported: what never changes of them. Whether a passkey and its account
 * still exist is judged by the statement that signs in. The one unused for longest is forgotten first.
 */
export class PasskeyMemory {
  readonly #passkeys = new Map<string, RememberedPasskey>()
  readonly #most: number

  constructor(most = 1_000) {
    this.#most = most
  }

  get(id: string): RememberedPasskey | undefined {
    const passkey = this.#passkeys.get(id)
    if (passkey !== undefined) this.set(id, passkey)
    return passkey
  }

  set(id: string, passkey: RememberedPasskey): void {
    this.#passkeys.delete(id)
    this.#passkeys.set(id, passkey)
    if (this.#passkeys.size <= this.#most) return
    for (const oldest of this.#passkeys.keys()) {
      this.#passkeys.delete(oldest)
      return
    }
  }

  delete(id: string): void {
    this.#passkeys.delete(id)
  }
}
