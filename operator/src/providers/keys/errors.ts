/** Stored key material does not parse, or does not belong to the kid that names it. Never holds the material. */
export class KeyUnreadable extends Error {
  override readonly name = 'KeyUnreadable'
  readonly code = 'KEY_UNREADABLE'
  readonly retry = 'backoff'
  readonly condition = 'KeysReady'
}
