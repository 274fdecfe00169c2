import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type YearAsked, type YearResult } from './year.ts'

/** Runs a part of a simulated year in a process of its own, the shipped code as it is or with a mutant's mistake. */
export async function runPart(
  { seed, from, to, days, storms, mostFailed }: YearAsked,
  { mutant, say }: { mutant?: string; say: (line: string) => void },
): Promise<YearResult> {
  const asked = { seed, from, to, days, storms, 'most-failed': mostFailed, mutant }
  const args = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  )
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const errors: string[] = []
  createInterface(child.stderr).on('line', (line) => {
    errors.push(line)
    say(line)
  })
  let last = ''
  createInterface(child.stdout).on('line', (line) => {
    last = line
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`A part of the year ended with ${code}: ${errors.slice(-20).join('\n')}`)
  return JSON.parse(last) as YearResult
}
