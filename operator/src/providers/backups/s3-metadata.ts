/** S3 shows them as `x-amz-meta-...`. `put` names the one call that stored the object. */
export const metadata = { expiresAt: 'kiavi-expires-at', put: 'kiavi-put' } as const

/** RFC 3339 in whole seconds. */
export const writeDate = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z')

/** Undefined for what `writeDate` would not write. */
export function readDate(text: string | undefined): Date | undefined {
  const date = new Date(text ?? '')
  return !Number.isNaN(date.getTime()) && writeDate(date) === text ? date : undefined
}
