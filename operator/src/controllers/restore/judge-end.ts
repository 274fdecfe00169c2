import { z } from 'zod'
import { type BackupName, parseObjectName } from '../../backups/object-name.ts'
import { type AnyReport } from '../backup/job-report.ts'
import { type AttemptFailure, type ContainerEnd, causeOf } from '../backup/judge-end.ts'
import { because } from './codes.ts'

/** How the Job of a restore ended. */
export interface JobsEnd {
  /** The reason of the Job's condition Failed. */
  failed: string | undefined
  containers: readonly NamedEnd[]
}

export interface NamedEnd extends ContainerEnd<AnyReport> {
  name: string
  exitCode: number | undefined
}

type Judged<Facts> = { facts: Facts } | { failure: AttemptFailure }

const count = z.int().min(0)
const loaded = z.object({
  object: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: count,
  users: count,
})
const found = z.object({ found: z.string(), more: count })
const replayed = z.object({ erased: count, users: count })
const probed = z.object({})

/** Both say that the bundle went whole from the store into the database, and which it was. */
export function judgeLoad(end: JobsEnd, object: string): Judged<z.infer<typeof loaded>> {
  const [fetched, filled] = ['fetch', 'load'].map((name) => factsOf(end, name, loaded))
  if (!fetched || !filled) return failure(end)
  if (fetched.object === object && filled.object === object && fetched.sha256 === filled.sha256)
    return { facts: filled }
  return disagrees
}

/** What lies in the store, by what the Job that looked says. */
export function judgeFind(end: JobsEnd): Judged<{ found: { of: BackupName; bytes: number }[] }> {
  const facts = factsOf(end, 'find', found)
  if (!facts) return failure(end)
  const all = facts.found.split(' ').filter((text) => text !== '')
  const read = all.flatMap((text) => {
    const [name = '', bytes = ''] = text.split('=')
    const parsed = parseObjectName(name)
    return parsed?.part === 'bundle' && /^\d{1,15}$/.test(bytes)
      ? [{ of: parsed.of, bytes: Number(bytes) }]
      : []
  })
  return read.length === all.length ? { facts: { found: read } } : disagrees
}

export const judgeReplay = (end: JobsEnd): Judged<z.infer<typeof replayed>> =>
  judgeOne(end, 'replay', replayed)
export const judgeProbe = (end: JobsEnd): Judged<object> => judgeOne(end, 'probe', probed)

function judgeOne<Facts>(end: JobsEnd, name: string, schema: z.ZodType<Facts>): Judged<Facts> {
  const facts = factsOf(end, name, schema)
  return facts ? { facts } : failure(end)
}

function factsOf<Facts>(end: JobsEnd, name: string, schema: z.ZodType<Facts>): Facts | undefined {
  if (end.failed !== undefined) return undefined
  const report = end.containers.find((container) => container.name === name)?.report
  return report?.result === 'succeeded' ? schema.safeParse(report.facts).data : undefined
}

/** The tenant's own image says nothing that we understand: that it failed, and with which exit code. */
function failure({ failed, containers }: JobsEnd): { failure: AttemptFailure } {
  const migration = containers.find(({ name }) => name === 'migrate')
  if (migration?.exitCode !== undefined && migration.exitCode !== 0)
    return {
      failure: because(
        'JOB_MIGRATION_FAILED',
        `The migrations of the tenant's image could not be applied to what was restored: it ended with exit code ${migration.exitCode}. Its log says why: container migrate of the Job.`,
      ),
    }
  return { failure: causeOf(containers, failed) }
}

const disagrees: { failure: AttemptFailure } = {
  failure: {
    code: 'JOB_DISAGREES',
    message:
      'The containers of the Job tell of something else than they were told to do. Use one image for both, and report this.',
  },
}
