/**
 * Mounted folders in memory: what the runtime's key code asks of `node:fs/promises`, and no more. In a simulated year
 * it stands in the place of that module. As with the kubelet all files of a folder change in one moment, behind a link.
 */
interface Mount {
  ino: bigint
  files: Readonly<Record<string, string>>
}

const mounts = new Map<string, Mount>()
let lastInode = 0n

/** Puts files where a pod finds them; what lay there is gone. */
export function mount(folder: string, files: Readonly<Record<string, string>>): void {
  lastInode += 1n
  mounts.set(folder, { ino: lastInode, files })
}

export const unmount = (folder: string): boolean => mounts.delete(folder)

export function stat(path: string): Promise<{ dev: bigint; ino: bigint; mtimeNs: bigint; size: bigint }> {
  const { ino, text } = find(path)
  if (text === undefined) return Promise.reject(absent(path))
  return Promise.resolve({ dev: 1n, ino, mtimeNs: ino, size: BigInt(text.length) })
}

export function realpath(path: string): Promise<string> {
  const { folder, ino, name, text } = find(path)
  return text === undefined ? Promise.reject(absent(path)) : Promise.resolve(`${folder}/..${ino}/${name}`)
}

export function readFile(path: string, encoding?: 'utf8'): Promise<string | Buffer> {
  const { text } = find(path)
  if (text === undefined) return Promise.reject(absent(path))
  return Promise.resolve(encoding === undefined ? Buffer.from(text) : text)
}

function find(path: string) {
  const [, folder = '', inode, name = ''] = /^(.*?)(?:\/\.\.(\d+))?\/([^/]+)$/.exec(path) ?? []
  const mounted = mounts.get(folder)
  const isThere = mounted && (inode === undefined || inode === String(mounted.ino))
  return { folder, name, ino: mounted?.ino ?? 0n, text: isThere ? mounted.files[name] : undefined }
}

const absent = (path: string) => Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
