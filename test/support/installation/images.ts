import { join } from 'node:path'
import { cacheFolder } from '../../cluster/folders.ts'
import { command } from '../../cluster/images/command.ts'
import { buildDockerfile } from '../../cluster/images/dockerfile.ts'
import { type LocalImage } from '../../cluster/images/local-image.ts'
import { nodeBaseImage } from '../../cluster/images/node-base.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** The operator's and the runtime's images, bundled and built from their real Dockerfiles. */
export async function productImages(
  say: (line: string) => void,
): Promise<{ operator: LocalImage; runtime: LocalImage }> {
  say('Bundling operator and runtime, and building their images (a minute the first time, seconds later) ...')
  const base = await nodeBaseImage(cacheFolder())
  const build = async (name: 'operator' | 'runtime', buildArgs?: Record<string, string>) => {
    const context = join(root, name)
    await command(process.execPath, ['build.ts'], { cwd: context })
    return buildDockerfile(cacheFolder(), { name, context, base, ...(buildArgs ? { buildArgs } : {}) })
  }
  return { operator: await build('operator'), runtime: await build('runtime') }
}
