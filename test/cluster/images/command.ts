import { execFile } from 'node:child_process'

export interface CommandOptions {
  cwd?: string
  env?: Record<string, string | undefined>
  input?: string | Buffer
  timeoutMs?: number
}

/** Runs a program to its end and returns what it printed; a failure carries the last lines of its complaint. */
export function command(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { cwd, env, input, timeoutMs = 600_000 } = options
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      args,
      { cwd, env: { ...process.env, ...env }, timeout: timeoutMs, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout)
          return
        }
        const complaint = `${stderr}\n${stdout}`.trim().split('\n').slice(-12).join('\n')
        const line = [file, ...args].join(' ').slice(0, 300)
        reject(
          new Error(`${line} failed (${String(error.code ?? error.signal)}):\n${complaint}`, {
            cause: error,
          }),
        )
      },
    )
    // A program that does not read its input to the end (EPIPE) speaks through its exit code.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input ?? '')
  })
}
