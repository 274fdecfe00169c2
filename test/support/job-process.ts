/** The programs of the backup image as processes, each with what its container mounts. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { mountedFile } from '../../operator/src/jobs/mounted.ts'

const entry = new URL('../../operator/src/jobs/main.ts', import.meta.url).pathname

export type Mounts = Partial<Record<keyof typeof mountedFile, string>>

export interface JobProcess {
  pid: number
  kill(signal: NodeJS.Signals): void
  /** When it has ended. */
  ended: Promise<{
    code: number | null
    lines: Record<string, unknown>[]
    terminationMessage: string
    stderr: string
  }>
}

/** `shared` is the folder that both containers mount; `files`: more that is mounted, by its path. */
export function startJob(
  program: string,
  {
    folder,
    shared,
    mounts,
    files = {},
    env,
  }: {
    folder: string
    shared: string
    mounts: Mounts
    files?: Record<string, string>
    env: Record<string, string>
  },
): JobProcess {
  const home = mkdtempSync(join(folder, `${program}-`))
  const named = Object.entries(mounts).map(([name, content]): [string, string] => [
    mountedFile[name as keyof typeof mountedFile],
    content,
  ])
  for (const [name, content] of [...named, ...Object.entries(files)]) {
    const path = join(home, 'mounted', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  mkdirSync(join(home, 'spool'))
  const terminationLog = join(home, 'termination-log')
  const child = spawn(process.execPath, [entry, program], {
    env: {
      KIAVI_CONFIG_DIR: join(home, 'mounted'),
      KIAVI_PIPE_DIR: shared,
      KIAVI_PRIVATE_DIR: join(home, 'private'),
      KIAVI_SPOOL_DIR: join(home, 'spool'),
      KIAVI_TERMINATION_LOG: terminationLog,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: Record<string, unknown>[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>)
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')))
  const ended = new Promise<Awaited<JobProcess['ended']>>((resolve) => {
    child.once('close', (code) =>
      resolve({
        code,
        lines,
        terminationMessage: existsSync(terminationLog) ? readFileSync(terminationLog, 'utf8') : '',
        stderr,
      }),
    )
  })
  return { pid: child.pid ?? 0, kill: (signal) => child.kill(signal), ended }
}
