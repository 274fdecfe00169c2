/** RFC 3339 with exactly six digits of a second: the only form that a Lease's MicroTime fields accept. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
