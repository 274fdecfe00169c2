import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Server on one core, everything that drives it on another. Where that cannot be had nothing is pinned. */
export const core = { server: 0, rest: 1 } as const

const taskset = (...args: readonly string[]) => spawnSync('taskset', args, { encoding: 'utf8' })

/** Asked before anything is pinned: afterwards this process has one core. */
export const canPin = availableParallelism() >= 2 && taskset('-p', String(process.pid)).status === 0

/** The command line that starts a program on one core. */
export function onCore(where: number, command: string, args: readonly string[]) {
  return canPin
    ? { command: 'taskset', args: ['-c', String(where), command, ...args] }
    : { command, args: [...args] }
}

/** Moves all threads of running processes; what they start later stays there too. */
export function pin(where: number, ...pids: readonly number[]): void {
  if (canPin) for (const pid of pids) taskset('-acp', String(where), String(pid))
}

/** Keeps this process and what it starts away from the server while `run` lasts. */
export async function besideServer<T>(run: () => Promise<T>): Promise<T> {
  if (!canPin) return run()
  const before = taskset('-cp', String(process.pid)).stdout.split(': ')[1]?.trim() ?? ''
  pin(core.rest, process.pid)
  try {
    return await run()
  } finally {
    taskset('-acp', before, String(process.pid))
  }
}
