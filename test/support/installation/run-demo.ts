import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { claimHolds, type Figures } from '../proof.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** `npm run demo` as a person runs it; fails unless it ends well and verified a token. */
export async function runDemo(
  args: readonly string[],
  say: (line: string) => void,
  env: Record<string, string> = {},
): Promise<Figures> {
  const began = Date.now()
  const child = spawn('npm', ['run', '--silent', 'demo', '--', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      say(line)
    })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  claimHolds(code === 0, `npm run demo ended with ${String(code)}:\n  ${lines.slice(-10).join('\n  ')}`)
  const line = (pattern: RegExp) => lines.flatMap((each) => pattern.exec(each)?.[1] ?? [])[0]
  const verified = line(/(Token verified by jose.*)$/)
  claimHolds(verified !== undefined, 'The demo did not say that it verified a token.')
  return {
    'minutes of npm run demo': Number(((Date.now() - began) / 60_000).toFixed(1)),
    'tenant Ready': line(/Ready (.*) after it was applied/) ?? 'not told',
    'what it verified': verified,
  }
}
