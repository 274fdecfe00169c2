import { finished } from 'node:stream/promises'
import { type ClientVersion, serverMajor } from '../../backups/client-version.ts'
import { feed, feedAll } from '../feed.ts'
import { type Tool, type ToolSpec, startTool } from '../start-tool.ts'
import { together } from '../together.ts'
import { withoutNewSettings } from './without-new-settings.ts'

export interface FillPlace {
  pgRestore: string
  psql: string
  client: ClientVersion
  serverVersion: number
  /** For `--dbname`. */
  conninfo: string
  /** Of `contentsToRestore`. */
  listFile: string
}

/**
 * Fills the database in one transaction: all of it, or nothing. pg_restore sets `transaction_timeout`, which servers
 * before 17 do not know, and would stop at it; for them its script goes to psql without that line.
 */
export async function fill(
  place: FillPlace,
  open: Omit<ToolSpec, 'signal'>,
  outer: AbortSignal,
): Promise<void> {
  const { pgRestore, psql, client, serverVersion, conninfo, listFile } = place
  const direct = client.major < 17 || serverMajor(serverVersion) >= 17
  const common = ['--no-owner', '--no-privileges', '--no-tablespaces', `--use-list=${listFile}`]
  const into = ['--single-transaction', '--no-password', `--dbname=${conninfo}`]
  await together(outer, (signal) => {
    const age = startTool({ ...open, signal })
    const reader = startTool({
      name: 'pg_restore',
      path: pgRestore,
      args: direct ? [...common, ...into] : [...common, '--file=-'],
      signal,
    })
    const script = direct
      ? undefined
      : startTool({ name: 'psql', path: psql, args: [...psqlArgs, ...into], signal })
    return [
      // A server that says no is the cause; that the others could not go on is not.
      ...(script === undefined ? [] : [() => script.done]),
      () => reader.done,
      () => age.done,
      () => feed(age.stdout, reader.stdin),
      ...(script === undefined
        ? [() => silent(reader)]
        : [() => feedAll(withoutNewSettings(reader.stdout), script.stdin, 'psql'), () => silent(script)]),
    ]
  })
}

/** Nothing of a start-up file, no detail or context in what it says: those hold rows. */
const psqlArgs = [
  '--no-psqlrc',
  '--quiet',
  ...['ON_ERROR_STOP=1', 'VERBOSITY=terse', 'SHOW_CONTEXT=never'].map((each) => `--set=${each}`),
  '--file=-',
]

/** What it prints is not ours to tell: `setval` and the like. */
const silent = async ({ stdout }: Tool): Promise<void> => {
  stdout.resume()
  await finished(stdout)
}
