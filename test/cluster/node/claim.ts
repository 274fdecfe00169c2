/** Keeps two clusters of one machine apart: each claims its name and one of the private address ranges. */
import { existsSync, mkdirSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mostClusters } from './plan.ts'

const registry = join('/run', 'kiavi')

const make = (path: string) => {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const nameFile = (name: string) => join(registry, name, 'folder')
const rangeFolder = (index: number) => join(registry, `range-${index}`)

/** The index of the range; a name that another folder's cluster holds is refused. Asking again gives the same. */
export function claim(name: string, folder: string): number {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name) || name.startsWith('range-')) {
    throw new Error(`"${name}" cannot name a cluster: use up to 32 lower-case letters, digits and dashes.`)
  }
  mkdirSync(registry, { recursive: true })
  if (make(join(registry, name))) writeFileSync(nameFile(name), folder)
  const holder = existsSync(nameFile(name)) ? readFileSync(nameFile(name), 'utf8') : ''
  if (holder !== folder) {
    throw new Error(
      `A cluster "${name}" of ${holder} is up on this machine: end that one, or choose another --name.`,
    )
  }
  const held = heldRange(name)
  if (held !== undefined) return held
  for (let index = 0; index < mostClusters; index++) {
    // A link of that name that we did not make stays whose it is.
    if (existsSync(`/sys/class/net/kiavi-${index}`) || !make(rangeFolder(index))) continue
    writeFileSync(join(rangeFolder(index), 'name'), name)
    return index
  }
  throw new Error(`${mostClusters} clusters are up on this machine: end one of them.`)
}

function heldRange(name: string): number | undefined {
  for (let index = 0; index < mostClusters; index++) {
    const file = join(rangeFolder(index), 'name')
    if (existsSync(file) && readFileSync(file, 'utf8') === name) return index
  }
  return undefined
}

/** Gives name and range back, and removes what is left in the name's folder of sockets. */
export function release(name: string): void {
  const range = heldRange(name)
  if (range !== undefined) rmSync(rangeFolder(range), { recursive: true, force: true })
  rmSync(join(registry, name), { recursive: true, force: true })
  try {
    rmdirSync(registry)
  } catch {
    // Another cluster is up.
  }
}

/** Whether this name is held by the cluster of this folder. */
export const holds = (name: string, folder: string) =>
  existsSync(nameFile(name)) && readFileSync(nameFile(name), 'utf8') === folder
