import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** What /proc/PID/stat says of a process: its parent, and processor time in clock ticks. */
export interface Times {
  parent: number
  own: number
  /** Of children that ended and were waited for. */
  children: number
}

export function parseStat(stat: string): Times {
  // The name, in brackets, may hold spaces and brackets: count from the last one.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15)
  return { parent: fields[1] ?? 0, own: utime + stime, children: cutime + cstime }
}

function timesOf(pid: number | string): Times | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined
  }
}

let ticksPerSecond: number | undefined
function milliseconds(ticks: number): number {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return (ticks * 1000) / ticksPerSecond
}

/** Processor time of a process with all its threads since it started, in milliseconds. */
export function processorTime(pid: number): number {
  const times = timesOf(pid)
  if (times === undefined) throw new Error(`Process ${pid} is gone: it cannot be measured.`)
  return milliseconds(times.own)
}

/** The same of the thread alone that runs its code: without workers, and without those of the engine. */
export function mainThreadTime(pid: number): number {
  const times = timesOf(`${pid}/task/${pid}`)
  if (times === undefined) throw new Error(`Process ${pid} is gone: it cannot be measured.`)
  return milliseconds(times.own)
}

/** The same with all its children, also those that ended meanwhile: a PostgreSQL server with its backends. */
export function familyTime(pid: number): number {
  const times = timesOf(pid)
  if (times === undefined) throw new Error(`Process ${pid} is gone: it cannot be measured.`)
  const living = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(timesOf)
    .filter((each) => each?.parent === pid)
  return milliseconds(
    times.own +
      times.children +
      living.reduce((sum, each) => sum + (each?.own ?? 0) + (each?.children ?? 0), 0),
  )
}
