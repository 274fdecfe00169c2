/** Writes a volume as the kubelet does: all files change at once, by one rename of the link `..data`. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type VolumeFile } from './volume-files.ts'

const digest = (files: ReadonlyMap<string, VolumeFile>) => {
  const hash = createHash('sha256')
  for (const [path, { content, mode }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\0${mode}\0${content.length}\0`).update(content)
  return hash.digest('hex').slice(0, 16)
}

const currentData = (folder: string): string | undefined => {
  try {
    return readlinkSync(join(folder, '..data'))
  } catch {
    return undefined
  }
}

/** Brings a volume's folder to this content. Says whether anything changed. */
export function writeAtomically(folder: string, files: ReadonlyMap<string, VolumeFile>): boolean {
  const next = `..${digest(files)}`
  const before = currentData(folder)
  if (before === next) return false
  const data = join(folder, next)
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data, { recursive: true })
  for (const [path, { content, mode }] of files) {
    const file = join(data, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content, { mode })
  }
  const link = join(folder, '..data_tmp')
  rmSync(link, { force: true })
  symlinkSync(next, link)
  renameSync(link, join(folder, '..data'))

  const wanted = new Set([...files.keys()].map((path) => path.split('/')[0] ?? path))
  const visible = readdirSync(folder).filter((name) => !name.startsWith('..'))
  for (const name of wanted)
    if (!visible.includes(name)) symlinkSync(join('..data', name), join(folder, name))
  for (const name of visible) if (!wanted.has(name)) rmSync(join(folder, name))
  if (before !== undefined) rmSync(join(folder, before), { recursive: true, force: true })
  return true
}
