import { spawn } from 'node:child_process'
import { type Readable, type Writable } from 'node:stream'
import { createInterface } from 'node:readline'
import { JobError } from '../backups/errors.ts'
import { toolWords } from './tool-words.ts'

export interface ToolSpec {
  /** As a person knows it: `pg_dump`. */
  name: string
  /** Where it lies. */
  path: string
  args: readonly string[]
  /** Ends it at once. */
  signal: AbortSignal
  /** Each line that it says. */
  said?: (line: string) => void
}

export interface Tool {
  stdin: Writable
  stdout: Readable
  /** Resolves when it ended well; its output may still have to be read. */
  done: Promise<void>
}

const keptLines = 40

/** Starts a program; it inherits nothing of the environment. */
export function startTool({ name, path, args, signal, said }: ToolSpec): Tool {
  // Words in English, and no wish for a home folder.
  const env = { LC_ALL: 'C', PATH: '', HOME: '/nonexistent' }
  const child = spawn(path, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    said?.(line)
    lines.push(line)
    if (lines.length > keptLines) lines.shift()
  })
  const kill = () => {
    child.kill('SIGKILL')
    // What it had started itself may hold these open.
    for (const stream of child.stdio) stream?.destroy()
  }
  if (signal.aborted) kill()
  signal.addEventListener('abort', kill, { once: true })
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(
        new JobError(
          'JOB_MISCONFIGURED',
          `${name} could not be started. The image must hold it at ${path}.`,
          { cause },
        ),
      )
    })
    child.once('close', (code, killedBy) => {
      signal.removeEventListener('abort', kill)
      if (code === 0) resolve()
      else if (killedBy === 'SIGKILL' && signal.aborted) reject(signal.reason as Error)
      else reject(failed(name, code, killedBy, lines))
    })
  })
  // Who awaits it may come later.
  done.catch(() => {})
  // A program that went is told by its exit, not by the pipe that broke.
  child.stdin.on('error', () => {})
  return { stdin: child.stdin, stdout: child.stdout, done }
}

/** Runs a program that says something short, and gives what it said. */
export async function toolOutput(spec: ToolSpec): Promise<string> {
  const { stdin, stdout, done } = startTool(spec)
  const text = (async () => {
    const chunks: Buffer[] = []
    for await (const chunk of stdout) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('utf8')
  })()
  stdin.end()
  await done
  return text
}

function failed(
  name: string,
  code: number | null,
  signal: string | null,
  lines: readonly string[],
): JobError {
  const end = code === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${String(code)}`
  const words = toolWords(lines)
  const memory = signal === 'SIGKILL' ? ' It may have had too little memory.' : ''
  return new JobError('TOOL_FAILED', `${name} ${end}${words === '' ? '.' : `: ${words}.`}${memory}`)
}
