/**
 * Ties what this process started to its life: when it ends, however it ends, a small shell at the other end of a
 * pipe ends the process groups and runs the commands that were put on the leash.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

let shell: ChildProcess | undefined

const tell = (line: string) => {
  shell ??= startShell()
  shell.stdin?.write(`${line}\n`)
}

function startShell(): ChildProcess {
  const child = spawn('/bin/sh', [fileURLToPath(new URL('leash.sh', import.meta.url))], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.unref()
  // The pipe must not keep this process alive; its end is the signal.
  const pipe = child.stdin as (typeof child.stdin & { unref?: () => void }) | null
  pipe?.unref?.()
  return child
}

export const leash = {
  /** Ends this process group with us. */
  tie: (pid: number) => tell(`pid ${pid}`),
  /** The process group has ended. */
  untie: (pid: number) => tell(`done ${pid}`),
  /** Runs this shell command (one line) when we have ended. */
  undo: (command: string) => tell(`undo ${command}`),
  /** The command was run, or is not needed any more. */
  forget: (command: string) => tell(`forget ${command}`),
}
