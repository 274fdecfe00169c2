import * as z from 'zod'

/**
 * The credentials as `toJSON()` of the browser's PublicKeyCredential gives them (WebAuthn, section 5.1). Members that
 * we do not judge are dropped: browsers add new ones.
 */

const bytes = (most: number) =>
  z
    .string()
    .max(Math.ceil((most * 4) / 3))
    .regex(/^[A-Za-z0-9_-]*$/)
    .transform((text) => Buffer.from(text, 'base64url'))

export const credentialID = bytes(1023).refine((id) => id.length > 0)

export const assertionCredential = z
  .object({
    id: z.string(),
    rawId: credentialID,
    response: z.object({
      clientDataJSON: bytes(4096),
      authenticatorData: bytes(1024),
      signature: bytes(1024),
      userHandle: bytes(64).nullish(),
    }),
    type: z.literal('public-key'),
  })
  .refine((credential) => credential.id === credential.rawId.toString('base64url'))

export type AssertionCredential = z.infer<typeof assertionCredential>

export const attestationCredential = z
  .object({
    id: z.string(),
    rawId: credentialID,
    response: z.object({
      clientDataJSON: bytes(4096),
      attestationObject: bytes(16_384),
      transports: z
        .array(z.string().regex(/^[a-z-]{1,32}$/))
        .max(8)
        .default([]),
    }),
    type: z.literal('public-key'),
  })
  .refine((credential) => credential.id === credential.rawId.toString('base64url'))

export type AttestationCredential = z.infer<typeof attestationCredential>
