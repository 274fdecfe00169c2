import type * as z from 'zod'
import { Refusal } from '../domain/errors.ts'

/** The body as the schema says it, or `invalid_request`. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new Refusal('invalid_request')
  return parsed.data
}
