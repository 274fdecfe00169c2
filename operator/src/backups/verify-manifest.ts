import { createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import { JobError } from './errors.ts'
import { type InstallationKeys } from './installation-key.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import { manifestType } from './sign-manifest.ts'

/** The store may put anything in a manifest's place: more than this is not read. */
export const mostManifestBytes = 4 * 1024 * 1024

const header = z.strictObject({ alg: z.literal('EdDSA'), kid: z.string(), typ: z.literal(manifestType) })

/** The manifest that one of these keys signed. Nothing in it is looked at before the signature holds. */
export function verifyManifest(jws: string, { keys }: InstallationKeys): Manifest {
  const parts = jws.length > mostManifestBytes ? [] : jws.split('.').map(decode)
  const [head, payload, signature, ...more] = parts
  if (!head || !payload || !signature || more.length > 0) throw unreadable()
  const { kid } = parseHeader(head.toString('utf8'))
  const key = keys.find((each) => each.kid === kid)
  if (key === undefined) throw notOurs('No key of this installation has signed it.')
  const { kty, crv, x } = key
  const input = Buffer.from(jws.slice(0, jws.lastIndexOf('.')))
  if (!verify(null, input, createPublicKey({ key: { kty, crv, x }, format: 'jwk' }), signature))
    throw notOurs('Its signature does not hold: it was changed after it was signed.')
  return parseManifest(payload.toString('utf8'))
}

/** Strictly: several texts that decode to the same bytes would let a manifest be changed unseen. */
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : undefined
}

function parseHeader(text: string) {
  try {
    return header.parse(JSON.parse(text))
  } catch {
    throw unreadable()
  }
}

const unreadable = () =>
  new JobError(
    'MANIFEST_UNREADABLE',
    'What lies in the place of the manifest is no signed manifest. Use another backup, and find out who wrote to the store.',
  )

const notOurs = (why: string) =>
  new JobError(
    'MANIFEST_NOT_OURS',
    `The manifest is not to be trusted. ${why} Use another backup, and find out who wrote to the store.`,
  )
