/** Builds a tool's binaries from the Go module of ours that pins its version. */
import { spawn } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Tool } from './tools.ts'

const modules = fileURLToPath(new URL('go', import.meta.url))

/** The `go` calls that build a tool into a folder: pure, so that a test can read them. */
export function goBuildArgs(tool: Tool, to: string): string[][] {
  const { module, packages, tags = [], ldflags = [] } = tool.build
  return Object.entries(packages).map(([binary, from]) => [
    'build',
    '-C',
    join(modules, module),
    '-trimpath',
    '-buildvcs=false',
    ...(tags.length > 0 ? [`-tags=${tags.join(',')}`] : []),
    `-ldflags=${['-s', '-w', ...ldflags].join(' ')}`,
    '-o',
    join(to, binary),
    from,
  ])
}

async function go(args: readonly string[]): Promise<void> {
  const child = spawn('go', args, { stdio: ['ignore', 2, 2], env: { ...process.env, CGO_ENABLED: '0' } })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new Error(
          'Go is needed to build this. Install Go 1.26, or name a folder with the binaries in KIAVI_CLUSTER_BIN.',
          {
            cause,
          },
        ),
      ),
    )
    child.once('exit', resolve)
  })
  if (code !== 0) throw new Error(`go ${args.join(' ')} failed (${code ?? 'killed'}).`)
}

export async function buildTool(tool: Tool, to: string): Promise<void> {
  for (const args of goBuildArgs(tool, to)) await go(args)
  const [first] = Object.keys(tool.build.packages)
  for (const binary of tool.binaries) {
    if (first !== undefined && !(binary in tool.build.packages)) symlinkSync(first, join(to, binary))
  }
}
