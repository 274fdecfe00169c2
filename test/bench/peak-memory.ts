import { descendants } from '../support/process-tree.ts'
import { memoryOf } from './anonymous-memory.ts'

const everyMs = 100

/** The most memory that a process and those that it started had at once, in MiB, while `work` ran. */
export async function peakMemory(pid: number, work: Promise<unknown>): Promise<number> {
  let peak = 0
  const look = () => {
    peak = Math.max(
      peak,
      [pid, ...descendants(pid)].reduce((sum, each) => sum + proportionalOf(each), 0),
    )
  }
  const timer = setInterval(look, everyMs)
  try {
    await work
  } finally {
    clearInterval(timer)
  }
  return peak
}

/** What pages are shared with others are counted in part. */
function proportionalOf(pid: number): number {
  try {
    return memoryOf(pid).proportional
  } catch {
    // It ended meanwhile.
    return 0
  }
}
