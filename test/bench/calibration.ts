/** How fast this machine is at this moment: the first and the last thing of every run, and the unit of a sign-in. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { core, onCore } from './pinning.ts'

const run = promisify(execFile)
const loop = join(import.meta.dirname, 'calibration-loop.mjs')

export type Operation = 'rs256-2048' | 'rs256-3072' | 'es256-verify' | 'rsa-3072-key'

/** Processor time of one operation on the server's core, in milliseconds, by a process of its own. */
export async function costOf(operation: Operation, milliseconds: number): Promise<number> {
  const { command, args } = onCore(core.server, process.execPath, [loop, operation, String(milliseconds)])
  const { stdout } = await run(command, args)
  return (JSON.parse(stdout) as { milliseconds: number }).milliseconds
}

export type Calibration = Record<'rs256-2048' | 'rs256-3072' | 'es256-verify', number>

export async function calibrate(milliseconds: number): Promise<Calibration> {
  return {
    'rs256-2048': await costOf('rs256-2048', milliseconds),
    'rs256-3072': await costOf('rs256-3072', milliseconds),
    'es256-verify': await costOf('es256-verify', milliseconds),
  }
}
