import { z } from 'zod'

const count = z.int().min(0)

/** What both containers of a backup's Job say of it. */
const facts = z.object({
  object: z.string(),
  sequence: z.int().min(1),
  startedAt: z.string(),
  completedAt: z.string(),
  expiresAt: z.string(),
  schemaVersion: count,
  users: count,
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  tables: count,
})

const failure = z.object({ result: z.literal('failed'), code: z.string().max(63), message: z.string() })
const report = z.discriminatedUnion('result', [z.object({ result: z.literal('succeeded'), facts }), failure])
/** What a container of any Job says: names and figures. */
const anyReport = z.discriminatedUnion('result', [
  z.object({
    result: z.literal('succeeded'),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  failure,
])

const progress = z.object({
  progress: z.object({ bytes: count.optional(), table: z.string().optional() }),
})

export type StoredFacts = z.infer<typeof facts>
export type ContainerReport = z.infer<typeof report>
export type AnyReport = z.infer<typeof anyReport>
export type ContainerProgress = z.infer<typeof progress>['progress']

/** A container's termination message: what it said last. `undefined`: it was ended before it could say anything. */
export const readReport = (message: string): ContainerReport | undefined => parse(report, message)

/** The same of a Job's container, whatever it does. */
export const readAnyReport = (message: string): AnyReport | undefined => parse(anyReport, message)

/** A line of a container's log, where it tells how far it is. */
export const readProgress = (line: string): ContainerProgress | undefined => parse(progress, line)?.progress

function parse<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text.trim().split('\n').at(-1) ?? '')).data
  } catch {
    return undefined
  }
}
