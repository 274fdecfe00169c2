import { chmod, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { command } from './command.ts'

/** uid and gid that the images run as; "nonroot" of the distroless images. */
export const nonRoot = 65532

const passwd = `root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:${nonRoot}:${nonRoot}:nonroot:/home/nonroot:/sbin/nologin\n`
const group = `root:x:0:\nnonroot:x:${nonRoot}:\n`

/**
 * Unpacks Debian packages (no dependencies, no maintainer scripts) into `folder`, with what every image needs beside
 * them: users, certificate authorities as one file, an empty /tmp. Documentation and locales are left out.
 */
export async function debianRootFs(folder: string, packages: readonly string[]): Promise<void> {
  const downloads = await mkdtemp(`${folder}.packages-`)
  try {
    // apt's own unprivileged user cannot write there; root may fetch as itself.
    const download = ['-o', 'APT::Sandbox::User=root', 'download', '-q', ...packages]
    try {
      await command('apt-get', download, { cwd: downloads })
    } catch {
      // The lists are missing, or name versions that are gone.
      await command('apt-get', ['update', '-q'])
      await command('apt-get', download, { cwd: downloads })
    }
    await mkdir(folder, { recursive: true })
    for (const file of await readdir(downloads)) {
      await command('dpkg-deb', ['-x', join(downloads, file), folder])
    }
  } finally {
    await rm(downloads, { recursive: true, force: true })
  }
  await writeAuthorities(folder)
  for (const unused of ['doc', 'locale', 'man', 'lintian', 'bug', 'initramfs-tools']) {
    await rm(join(folder, 'usr', 'share', unused), { recursive: true, force: true })
  }
  await mkdir(join(folder, 'etc'), { recursive: true })
  await writeFile(join(folder, 'etc', 'passwd'), passwd)
  await writeFile(join(folder, 'etc', 'group'), group)
  await mkdir(join(folder, 'home', 'nonroot'), { recursive: true })
  await mkdir(join(folder, 'tmp'), { recursive: true })
  await chmod(join(folder, 'tmp'), 0o1777)
}

/** What the package's own script would do: all authorities in the one file that programs look for. */
async function writeAuthorities(folder: string): Promise<void> {
  const authorities = join(folder, 'usr', 'share', 'ca-certificates', 'mozilla')
  const names = await readdir(authorities).catch(() => [])
  if (names.length === 0) return
  const pems = await Promise.all(names.sort().map((name) => readFile(join(authorities, name), 'utf8')))
  await mkdir(join(folder, 'etc', 'ssl', 'certs'), { recursive: true })
  await writeFile(join(folder, 'etc', 'ssl', 'certs', 'ca-certificates.crt'), pems.join(''))
  await rm(join(folder, 'usr', 'share', 'ca-certificates'), { recursive: true })
}

/** The names under which busybox is called in /bin. The static build cannot resolve names: programs that must take the other. */
const applets = (
  'sh ash cat cp mv rm ln ls mkdir rmdir chmod chown touch grep sed awk head tail tr cut sort uniq wc find xargs ' +
  'readlink dirname basename echo printf test env id sleep date sha256sum tar gzip gunzip wget nc nslookup ' +
  'hostname ip ping true false'
).split(' ')

/** A shell and the small tools, from the one file of busybox. */
export async function linkApplets(folder: string): Promise<void> {
  for (const applet of applets) await symlink('busybox', join(folder, 'bin', applet))
}
