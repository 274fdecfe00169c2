import { z } from 'zod'
import { KeyUnreadable } from './errors.ts'
import { type KeySet } from './port.ts'
import { thumbprint } from './signing-key.ts'

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)

const keySchema = z
  .object({
    kty: z.literal('RSA'),
    use: z.literal('sig'),
    alg: z.literal('RS256'),
    kid: base64url,
    n: base64url,
    e: base64url,
  })
  .refine((key) => thumbprint(key) === key.kid, 'a kid is not the thumbprint of its key')

const schema = z
  .object({
    version: z.int().positive(),
    activeKid: z.string(),
    jwksMaxAgeSeconds: z.int().positive(),
    sessionsNotBefore: z.iso.datetime().optional(),
    keys: z.array(keySchema).min(1),
  })
  .refine(
    ({ activeKid, keys }) => keys.some(({ kid }) => kid === activeKid),
    'the active key is not among the keys',
  )
  .refine(({ keys }) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'a kid is there twice')

/** The text of `keyset.json`: the same bytes for the same set, in the order of the keys given. */
export function keySetFile({
  version,
  activeKid,
  jwksMaxAgeSeconds,
  sessionsNotBefore,
  keys,
}: KeySet): string {
  const published = keys.map(({ kty, use, alg, kid, n, e }) => ({ kty, use, alg, kid, n, e }))
  const file = { version, activeKid, jwksMaxAgeSeconds, sessionsNotBefore, keys: published }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** Reads `keyset.json` back; throws `KeyUnreadable`, naming what is wrong and never a value. */
export function parseKeySetFile(text: string): KeySet {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new KeyUnreadable('keyset.json is not JSON.')
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the set'}: ${message}`)
  throw new KeyUnreadable(`keyset.json is not a key set: ${faults.join('; ')}.`)
}
