import { pipeline } from 'node:stream/promises'
import { judgePlaintext } from '../../backups/judge-manifest.ts'
import { JobError } from '../../backups/errors.ts'
import { type Manifest } from '../../backups/manifest.ts'
import { feed } from '../feed.ts'
import { type Metered, createMeter } from '../meter.ts'
import { type ToolSpec, startTool } from '../start-tool.ts'
import { together } from '../together.ts'

export interface ArchiveTools {
  age: string
  pgRestore: string
}

/** How age opens a bundle that lies in a file. */
export const decryptSpec = (age: string, identityFile: string, bundle: string): Omit<ToolSpec, 'signal'> => ({
  name: 'age',
  path: age,
  args: ['--decrypt', '--identity', identityFile, bundle],
})

/**
 * Opens the bundle once without using it: the identity fits, what comes out is what was dumped, and pg_restore can read
 * it and finds every table. Gives the archive's table of contents.
 */
export async function readArchive(
  where: { bundle: string; identityFile: string; tools: ArchiveTools },
  manifest: Manifest,
  outer: AbortSignal,
): Promise<string> {
  const { bundle, identityFile, tools } = where
  const meter = createMeter()
  const list: Buffer[] = []
  let opened: Metered | undefined
  await together(outer, (signal) => {
    const age = startTool({ ...decryptSpec(tools.age, identityFile, bundle), signal })
    const pgRestore = startTool({ name: 'pg_restore', path: tools.pgRestore, args: ['--list'], signal })
    return [
      async () => {
        try {
          await age.done
        } catch (error) {
          throw locked(error) ?? error
        }
      },
      async () => {
        await feed(meter.through(age.stdout), pgRestore.stdin)
        opened = meter.total()
      },
      () => pgRestore.done,
      () =>
        pipeline(pgRestore.stdout, async (chunks: AsyncIterable<Buffer>) => {
          for await (const chunk of chunks) list.push(chunk)
        }),
    ]
  })
  judgePlaintext(manifest, opened ?? { bytes: 0, sha256: '' })
  return Buffer.concat(list).toString('utf8')
}

/** age's word for "another key". */
function locked(error: unknown): JobError | undefined {
  if (!(error instanceof JobError) || !error.message.includes('no identity matched')) return undefined
  return new JobError(
    'BUNDLE_LOCKED',
    'The identity at hand does not open the bundle: it was encrypted to another recipient. Use the identity of the tenant whose backup it is, as it was at the time.',
  )
}
