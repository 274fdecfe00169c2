import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { debianRootFs, linkApplets, nonRoot } from './debian-root-fs.ts'
import { type LocalImage, localImage } from './local-image.ts'

/**
 * Stands in for the public Node image where nothing can be pulled: the same Node binary (from the npm package that runs
 * this very process), Debian's libraries, a shell.
 */
export async function nodeBaseImage(cache: string): Promise<LocalImage> {
  const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
  return localImage(cache, {
    name: 'node',
    ingredients: [version, '2'],
    config: {
      User: `${nonRoot}:${nonRoot}`,
      Env: ['PATH=/usr/local/bin:/bin'],
      Cmd: ['node'],
      WorkingDir: '/home/nonroot',
    },
    fill: async (rootFs) => {
      await debianRootFs(rootFs, ['libc6', 'libstdc++6', 'libgcc-s1', 'busybox', 'ca-certificates'])
      await linkApplets(rootFs)
      await mkdir(join(rootFs, 'usr', 'local', 'bin'), { recursive: true })
      await copyFile(join(folder, 'bin', 'node'), join(rootFs, 'usr', 'local', 'bin', 'node'))
    },
  })
}
