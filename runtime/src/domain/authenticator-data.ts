/** What an authenticator says about itself and the moment (WebAuthn, section 6.1). */
export interface AuthenticatorData {
  rpIdHash: Buffer
  userPresent: boolean
  userVerified: boolean
  /** The passkey may be synchronised between devices. */
  backupEligible: boolean
  /** The passkey is synchronised now. */
  backedUp: boolean
  signCount: number
}

const flag = {
  userPresent: 0x01,
  userVerified: 0x04,
  backupEligible: 0x08,
  backedUp: 0x10,
  attested: 0x40,
  extensions: 0x80,
}
const fixedBytes = 37

/**
 * Reads the authenticator data of an assertion; `undefined` when it is malformed. An assertion carries no
 * attested credential; we ask for no extensions, so that what an authenticator adds unasked is not looked at.
 */
export function parseAssertionData(data: Uint8Array): AuthenticatorData | undefined {
  if (data.length < fixedBytes) return undefined
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const flags = bytes.readUInt8(32)
  if (flags & flag.attested) return undefined
  if (bytes.length > fixedBytes !== Boolean(flags & flag.extensions)) return undefined
  const backupEligible = Boolean(flags & flag.backupEligible)
  const backedUp = Boolean(flags & flag.backedUp)
  if (backedUp && !backupEligible) return undefined
  return {
    rpIdHash: bytes.subarray(0, 32),
    userPresent: Boolean(flags & flag.userPresent),
    userVerified: Boolean(flags & flag.userVerified),
    backupEligible,
    backedUp,
    signCount: bytes.readUInt32BE(33),
  }
}
