import * as z from 'zod'

/**
 * The only thing that a person tells us at sign-up: a name for their passkey manager to show. It identifies
 * nobody, need not be unique, and signing in never asks for it.
 */
export const userName = z
  .string()
  .transform((name) => name.normalize('NFC').trim().replace(/\s+/g, ' '))
  .pipe(
    z
      .string()
      .min(1)
      .max(64)
      // Control, format (bidirectional overrides among them) and unassigned characters, lone surrogates.
      .regex(/^[^\p{C}]+$/u),
  )
