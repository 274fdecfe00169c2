/** Where the servers come from: the npm packages `postgresql-15` and `postgresql-18`, or Debian's own packages. */
import { cpSync, existsSync, readFileSync, realpathSync, statSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type PostgresVersion = 15 | 18

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The npm package cannot carry links, so its install script makes them; where scripts are off, we do. */
export function makeLibraryLinks(packageFolder: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(packageFolder, target)
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
}

const othersMayEnter = (folder: string): boolean =>
  folder === '/' || ((statSync(folder).mode & 0o001) !== 0 && othersMayEnter(dirname(folder)))

/** The folder with `initdb` and `postgres`; copied into `scratch` where another user could not run it in place. */
export function postgresBinaries(version: PostgresVersion, scratch: string, forOtherUser: boolean): string {
  const packageFolder = join(root, 'node_modules', `postgresql-${version}`)
  const debian = `/usr/lib/postgresql/${version}/bin`
  if (existsSync(join(packageFolder, 'native', 'bin', 'postgres'))) {
    makeLibraryLinks(packageFolder)
    const native = realpathSync(join(packageFolder, 'native'))
    if (!forOtherUser || othersMayEnter(native)) return join(native, 'bin')
    cpSync(native, join(scratch, 'native'), { recursive: true, verbatimSymlinks: true })
    return join(scratch, 'native', 'bin')
  }
  if (existsSync(join(debian, 'postgres'))) return debian
  throw new Error(
    `PostgreSQL ${version} is not here. Run npm ci (it brings postgresql-${version} on Linux x64), or install Debian's postgresql-${version}.`,
  )
}
