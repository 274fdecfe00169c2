/**
 * Finds the binaries that a test cluster is made of: in the folder that KIAVI_CLUSTER_BIN names, in our cache, by
 * official download, or built with the Go toolchain. Only what is asked for is fetched.
 */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildTool } from './go-build.ts'
import { downloadTool } from './download.ts'
import { cacheFolder } from './folders.ts'
import { startTimeOf } from './process.ts'
import { type Progress, toStderr } from './progress.ts'
import { type Tool, type ToolName, tools } from './tools.ts'

export type BinaryName = (typeof tools)[ToolName]['binaries'][number]

export interface FindOptions {
  env?: Record<string, string | undefined>
  progress?: Progress
  /** The ways to get what is nowhere yet; a test passes its own. */
  download?: (tool: Tool, to: string) => Promise<void>
  build?: (tool: Tool, to: string) => Promise<void>
}

const isExecutable = (path: string) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const toolOf = (binary: string): [ToolName, Tool] => {
  for (const [name, tool] of Object.entries(tools) as [ToolName, Tool][])
    if (tool.binaries.includes(binary)) return [name, tool]
  throw new Error(`No tool of the test cluster gives the binary ${binary}.`)
}

const firstSentence = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]

/** Removes half-fetched folders of processes that are no more; true when another process is fetching it now. */
function othersFetch(folder: string): boolean {
  const parent = dirname(folder)
  let others = false
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    const [, tool, pid] = /^(.+)\.part-(\d+)$/.exec(name) ?? []
    if (tool !== basename(folder) || Number(pid) === process.pid) continue
    if (startTimeOf(Number(pid)) === undefined) rmSync(join(parent, name), { recursive: true, force: true })
    else others = true
  }
  return others
}

const underWay = new Map<string, Promise<void>>()

/** Fetches a tool once, however many ask for it at the same time, here or in other processes. */
async function fetchOnce(name: ToolName, tool: Tool, folder: string, options: FindOptions): Promise<void> {
  if (othersFetch(folder)) {
    const progress = options.progress ?? toStderr
    progress(`${name} ${tool.version}: another process is fetching it; waiting ...`)
    while (othersFetch(folder)) await sleep(500)
    if (existsSync(folder)) return
  }
  const fetching = underWay.get(folder) ?? fetchTool(name, tool, folder, options)
  underWay.set(folder, fetching)
  await fetching.finally(() => underWay.delete(folder))
}

/** Fetches a tool into our cache; what another process finished first is kept. */
async function fetchTool(name: ToolName, tool: Tool, folder: string, options: FindOptions): Promise<void> {
  const progress = options.progress ?? toStderr
  const part = `${folder}.part-${process.pid}`
  const fresh = () => {
    rmSync(part, { recursive: true, force: true })
    mkdirSync(part, { recursive: true })
  }
  const started = Date.now()
  progress(`${name} ${tool.version}: downloading the official binaries ...`)
  try {
    fresh()
    await (options.download ?? downloadTool)(tool, part)
  } catch (error) {
    progress(`${name} ${tool.version}: ${firstSentence(error)}`)
    progress(
      `${name} ${tool.version}: building from Go modules (usually about ${tool.build.usualMinutes} min on two cores) ...`,
    )
    fresh()
    await (options.build ?? buildTool)(tool, part)
  }
  rmSync(folder, { recursive: true, force: true })
  renameSync(part, folder)
  progress(`${name} ${tool.version}: ready after ${Math.round((Date.now() - started) / 1000)} s.`)
}

/** The path of each binary that is named, fetched first where it has to be. */
export async function findBinaries<Name extends BinaryName>(
  names: readonly Name[],
  options: FindOptions = {},
): Promise<Record<Name, string>> {
  const env = options.env ?? process.env
  const given = env['KIAVI_CLUSTER_BIN']
  const found: Partial<Record<Name, string>> = {}
  for (const binary of names) {
    const [name, tool] = toolOf(binary)
    const folder = join(cacheFolder(env), 'bin', `${name}-${tool.version}`)
    const candidates = [
      ...(given !== undefined && given !== '' ? [join(given, binary), join(given, 'cni', binary)] : []),
      join(folder, binary),
    ]
    let path = candidates.find(isExecutable)
    if (path === undefined) {
      await fetchOnce(name, tool, folder, options)
      path = join(folder, binary)
      if (!isExecutable(path)) throw new Error(`${name} ${tool.version} was fetched, but has no ${binary}.`)
    }
    found[binary] = path
  }
  return found as Record<Name, string>
}
