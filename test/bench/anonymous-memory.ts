import { readFileSync } from 'node:fs'

/** In MiB. Text and other file pages are shared by all processes of a node; anonymous ones multiply. */
export interface Memory {
  anonymous: number
  proportional: number
  resident: number
}

/** Reads what /proc/PID/smaps_rollup says. */
export function parseRollup(text: string): Memory {
  const mebibytes = (name: string) => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]
    if (kilobytes === undefined) throw new Error(`smaps_rollup says nothing of ${name}.`)
    return Number(kilobytes) / 1024
  }
  return {
    anonymous: mebibytes('Anonymous'),
    proportional: mebibytes('Pss'),
    resident: mebibytes('Rss'),
  }
}

export const memoryOf = (pid: number): Memory =>
  parseRollup(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
