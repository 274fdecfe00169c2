import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { postgresClients } from '../../support/postgres-clients.ts'
import { debianRootFs, linkApplets, nonRoot } from './debian-root-fs.ts'
import { type LocalImage, localImage } from './local-image.ts'

/** What PostgreSQL's client programs and age link, and what links these. */
const libraries = (
  'libc6 libstdc++6 libgcc-s1 libssl3 zlib1g libzstd1 liblz4-1 libgssapi-krb5-2 libkrb5-3 libk5crypto3 ' +
  'libkrb5support0 libkeyutils1 libcom-err2 libreadline8 libtinfo6'
).split(' ')

/**
 * Stands in for the public images of Node and of PostgreSQL where nothing can be pulled: Node, PostgreSQL's client
 * programs and age where those images have them, and a shell.
 */
export async function jobsBaseImage(cache: string): Promise<LocalImage> {
  const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
  return localImage(cache, {
    name: 'jobs-base',
    ingredients: [version, ...libraries, '2'],
    config: {
      User: `${nonRoot}:${nonRoot}`,
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin'],
      WorkingDir: '/home/nonroot',
    },
    fill: async (rootFs) => {
      await debianRootFs(rootFs, [...libraries, 'age', 'busybox', 'ca-certificates'])
      await linkApplets(rootFs)
      await mkdir(join(rootFs, 'usr', 'local', 'bin'), { recursive: true })
      await copyFile(join(folder, 'bin', 'node'), join(rootFs, 'usr', 'local', 'bin', 'node'))
      const clients = postgresClients()
      const home = join(rootFs, 'usr', 'lib', 'postgresql', '18')
      await mkdir(join(home, 'bin'), { recursive: true })
      for (const path of [clients.pgDump, clients.pgRestore, clients.psql])
        await copyFile(path, join(home, 'bin', path.replace(/^.*\//, '')))
      // They look for their own libpq beside themselves.
      const beside = join(dirname(clients.pgDump), '..', 'lib')
      await mkdir(join(home, 'lib'))
      for (const name of (await readdir(beside)).filter((each) => each.startsWith('libpq.so')))
        await copyFile(join(beside, name), join(home, 'lib', name))
    },
  })
}
