import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { command } from '../images/command.ts'
import { type Progress } from '../progress.ts'

/** Program -> the Debian package that has it. */
const wanted = {
  runc: 'runc',
  nft: 'nftables',
  ip: 'iproute2',
  nsenter: 'util-linux',
  buildah: 'buildah',
} as const

const sbin = ['/usr/sbin', '/sbin']

/** The full path of a program on PATH or in the folders of root's programs. */
export async function findProgram(
  name: string,
  path = process.env['PATH'] ?? '',
): Promise<string | undefined> {
  for (const folder of [...path.split(delimiter), ...sbin]) {
    const file = join(folder, name)
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs && folder !== '') return file
  }
  return undefined
}

/** Installs what a node needs from Debian and is not there. */
export async function installPackages(progress: Progress): Promise<void> {
  const missing: string[] = []
  for (const [program, name] of Object.entries(wanted)) {
    if ((await findProgram(program)) === undefined) missing.push(name)
  }
  if (missing.length === 0) return
  if ((await findProgram('apt-get')) === undefined) {
    throw new Error(`Install ${missing.join(', ')}: this machine has no apt-get to do it with.`)
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const install = ['install', '-q', '-y', '--no-install-recommends', ...missing]
  progress(`installing ${missing.join(', ')} (Debian packages, about 20 s) ...`)
  try {
    await command('apt-get', install, { env })
  } catch {
    // The lists are missing or old.
    await command('apt-get', ['update', '-q'], { env })
    await command('apt-get', install, { env })
  }
}
