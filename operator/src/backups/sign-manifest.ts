import { type KeyObject, sign } from 'node:crypto'
import { installationKey } from './installation-key.ts'
import { type Manifest } from './manifest.ts'

/** The `typ` of the JWS, so that nothing else that the key signs passes for a manifest (RFC 8725, section 3.11). */
export const manifestType = 'kiavi-backup-manifest+jws'

/** A compact JWS (RFC 7515, EdDSA of RFC 8037) over the manifest. */
export function signManifest(manifest: Manifest, privateKey: KeyObject): string {
  const header = { alg: 'EdDSA', kid: installationKey(privateKey).kid, typ: manifestType }
  const input = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(manifest))}`
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`
}

const encode = (text: string) => Buffer.from(text).toString('base64url')
