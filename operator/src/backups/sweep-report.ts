import { z } from 'zod'

const count = z.int().min(0)

/**
 * What a sweep found and did. All of it fits into a termination message, however much was removed: what the cluster asked
 * for is answered with one bit each.
 */
const facts = z.object({
  /** Everything that is to stay, all versions; bytes of it. */
  objects: count,
  bytes: count,
  /** Of ours: bundles. */
  backups: count,
  removed: count,
  aborted: count,
  spared: count,
  refused: count,
  /** The first of those that were refused, and why; empty where none was. */
  refusedFirst: z.string(),
  /** What the store does not let us delete, and its words. */
  denied: count,
  deniedWhy: z.string(),
  /** The earliest date of what lies there, but for what was spared or refused; empty where nothing does. */
  oldestExpiry: z.string(),
  /** Of the document's `asked`, in its order: which do not lie there any more. See goneText. */
  gone: z.string(),
})

const report = z.discriminatedUnion('result', [
  z.object({ result: z.literal('succeeded'), facts }),
  z.object({ result: z.literal('failed'), code: z.string().max(63), message: z.string() }),
])

export type SweepFacts = z.infer<typeof facts>
export type SweepReport = z.infer<typeof report>

/** A container's termination message; `undefined`: it was ended before it could say anything. */
export function readSweepReport(message: string): SweepReport | undefined {
  try {
    return report.safeParse(JSON.parse(message.trim().split('\n').at(-1) ?? '')).data
  } catch {
    return undefined
  }
}

/** One bit for each that was asked for, the first of them the lowest of the first byte; base64url. */
export function goneText(asked: readonly string[], isGone: (each: string) => boolean): string {
  const bytes = Buffer.alloc(Math.ceil(asked.length / 8))
  for (const [at, each] of asked.entries())
    if (isGone(each)) bytes.writeUInt8(bytes.readUInt8(at >> 3) | (1 << (at & 7)), at >> 3)
  return bytes.toString('base64url')
}

/** Those that are gone; none where the answer is not one to this question. */
export function readGone(asked: readonly string[], text: string): string[] {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== Math.ceil(asked.length / 8)) return []
  return asked.filter((_, at) => ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1)
}
