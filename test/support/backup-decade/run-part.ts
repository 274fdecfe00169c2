import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type DecadeAsked, type DecadeResult } from './decade.ts'

/** Runs some fleets in a process of its own, in a time zone, the shipped code as it is or with a mutant's mistake. */
export async function runPart(
  { seed, from, to, years, happenings, mostFailed }: DecadeAsked,
  { zone, mutant, say }: { zone: string; mutant?: string; say: (line: string) => void },
): Promise<DecadeResult[]> {
  const asked = { seed, from, to, years, happenings, 'most-failed': mostFailed, mutant }
  const args = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  )
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TZ: zone },
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
  if (code !== 0) throw new Error(`A part of the decade ended with ${code}: ${errors.slice(-20).join('\n')}`)
  return JSON.parse(last) as DecadeResult[]
}
