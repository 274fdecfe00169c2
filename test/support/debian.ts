import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a command lies on PATH or among the system folders; `undefined` when the machine lacks it. */
export function which(command: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin']
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path))
}

let listsAreFresh = false

/**
 * Installs what is missing from Debian's packages: `{ command: package }`. Needs root; elsewhere it says what
 * to install. Waits for another apt on the same machine.
 */
export function needCommands(wanted: Record<string, string>, say: (line: string) => void): void {
  const missing = Object.entries(wanted).filter(([command]) => which(command) === undefined)
  if (missing.length === 0) return
  const packages = [...new Set(missing.map(([, name]) => name))]
  if (process.getuid?.() !== 0 || which('apt-get') === undefined) {
    throw new Error(
      `This machine lacks ${missing.map(([command]) => command).join(', ')}. Install ${packages.join(' ')}, or run as root on Debian.`,
    )
  }
  say(`Installing ${packages.join(' ')} from Debian's packages (about half a minute) ...`)
  const apt = (...args: string[]) =>
    execFileSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  if (!listsAreFresh) apt('update')
  listsAreFresh = true
  apt('install', '-y', '--no-install-recommends', ...packages)
}
