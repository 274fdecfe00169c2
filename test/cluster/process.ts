/**
 * Starts, watches and ends the processes of a test cluster. Each one leads a process group of its own, so that its
 * children end with it. A leashed process ends with this one; the others outlive it and are found again by pid and
 * start time.
 */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { leash } from './leash.ts'

export interface ProcessSpec {
  name: string
  command: string
  args: readonly string[]
  /** The whole environment: nothing is inherited but PATH. */
  env?: Record<string, string>
  cwd?: string
  /** stdout and stderr are appended here. */
  logFile: string
  uid?: number
  gid?: number
  /** What asks it to end; SIGTERM unless given. */
  stopSignal?: NodeJS.Signals
  /** False: it outlives this process, and `endProcess` of a later one ends it. */
  leashed: boolean
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** Enough to find a process again without mistaking another for it. */
export interface ProcessRecord {
  name: string
  pid: number
  /** Clock ticks after boot, from /proc; a recycled pid has another. */
  startTime: string
  logFile: string
}

export interface RunningProcess {
  record: ProcessRecord
  exited: Promise<Exit>
  /** Undefined while it runs. */
  exit(): Exit | undefined
  /** The stop signal to the group, SIGKILL after the grace; resolves when it is gone. */
  stop(graceMs?: number): Promise<Exit>
}

/** Field 22 of /proc/PID/stat; undefined where no such process runs (a zombie does not). */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may hold spaces and brackets: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

export const isAlive = (record: ProcessRecord) => startTimeOf(record.pid) === record.startTime

const signalGroup = (pid: number, signal: NodeJS.Signals) => {
  try {
    process.kill(-pid, signal)
  } catch {
    // Gone already.
  }
}

export async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  const log = openSync(spec.logFile, 'a')
  const child = spawn(spec.command, spec.args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], ...spec.env },
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    ...(spec.uid === undefined ? {} : { uid: spec.uid }),
    ...(spec.gid === undefined ? {} : { gid: spec.gid }),
  })
  closeSync(log)
  let ended: Exit | undefined
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = { code, signal }
      // What it left in its group goes too.
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
      if (spec.leashed && child.pid !== undefined) leash.untie(child.pid)
      resolve(ended)
    })
  })
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Error(`Could not start ${spec.name} (${spec.command})`, { cause })),
    )
    child.once('spawn', () => resolve(child.pid!))
  })
  if (spec.leashed) leash.tie(pid)
  else child.unref()
  const record = { name: spec.name, pid, startTime: startTimeOf(pid) ?? '0', logFile: spec.logFile }
  return {
    record,
    exited,
    exit: () => ended,
    stop: async (graceMs = 5_000) => {
      if (ended === undefined) {
        signalGroup(pid, spec.stopSignal ?? 'SIGTERM')
        await Promise.race([exited, sleep(graceMs, undefined, { ref: false })])
        if (isAlive(record)) signalGroup(pid, 'SIGKILL')
      }
      return exited
    },
  }
}

/** Ends a process of an earlier run, if it is still that process. */
export async function endProcess(record: ProcessRecord, graceMs = 5_000): Promise<void> {
  if (isAlive(record)) signalGroup(record.pid, 'SIGTERM')
  for (const deadline = Date.now() + graceMs; isAlive(record) && Date.now() < deadline;) await sleep(50)
  if (!isAlive(record)) return
  signalGroup(record.pid, 'SIGKILL')
  for (const deadline = Date.now() + 2_000; isAlive(record) && Date.now() < deadline;) await sleep(20)
}

/** The end of a log, for an error message. */
export function logTail(logFile: string, lines = 15): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return ''
  }
}

/** Asks until the answer is yes; fails when the process ends or the time is over, with the end of its log. */
export async function untilReady(
  running: RunningProcess,
  isReady: () => Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const { name, logFile } = running.record
  const deadline = Date.now() + limitMs
  while (!(await isReady())) {
    const exit = running.exit()
    if (exit !== undefined)
      throw new Error(`${name} ended (${exit.signal ?? exit.code}) before it was ready:\n${logTail(logFile)}`)
    if (Date.now() > deadline)
      throw new Error(
        `${name} was not ready within ${limitMs / 1000} s. Its log (${logFile}):\n${logTail(logFile)}`,
      )
    await sleep(50)
  }
}
