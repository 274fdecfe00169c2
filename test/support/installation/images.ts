import { join } from 'node:path'
import { cacheFolder } from '../../cluster/folders.ts'
import { command } from '../../cluster/images/command.ts'
import { buildDockerfile } from '../../cluster/images/dockerfile.ts'
import { jobsBaseImage } from '../../cluster/images/jobs-base.ts'
import { type LocalImage } from '../../cluster/images/local-image.ts'
import { nodeBaseImage } from '../../cluster/images/node-base.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** Bundles one of our two programs and builds its image from its real Dockerfile. */
export async function productImage(
  name: 'operator' | 'runtime',
  buildArgs: Record<string, string> = {},
): Promise<LocalImage> {
  const context = join(root, name)
  await command(process.execPath, ['build.ts'], { cwd: context })
  return buildDockerfile(cacheFolder(), {
    name,
    context,
    base: await nodeBaseImage(cacheFolder()),
    buildArgs,
  })
}

/** What Jobs run, with PostgreSQL's and age's programs in it. The operator's bundling makes its bundle too. */
async function jobsImage(): Promise<LocalImage> {
  const base = await jobsBaseImage(cacheFolder())
  return buildDockerfile(cacheFolder(), {
    name: 'backup',
    context: join(root, 'operator', 'jobs'),
    base,
    buildArgs: { TOOLS_IMAGE: base.name },
  })
}

/** The operator's and the runtime's images. */
export async function productImages(
  say: (line: string) => void,
): Promise<{ operator: LocalImage; runtime: LocalImage }> {
  say('Bundling operator and runtime, and building their images (a minute the first time, seconds later) ...')
  return { operator: await productImage('operator'), runtime: await productImage('runtime') }
}

/** All three. */
export async function allImages(
  say: (line: string) => void,
): Promise<{ operator: LocalImage; runtime: LocalImage; jobs: LocalImage }> {
  const two = await productImages(say)
  say('Building the image of backup Jobs (a minute the first time, seconds later) ...')
  return { ...two, jobs: await jobsImage() }
}
