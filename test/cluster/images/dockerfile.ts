import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { buildahIn } from './buildah.ts'
import { type LocalImage, digestOf, exists, localName } from './local-image.ts'

export interface DockerfileBuild {
  /** Short name: `runtime`. */
  name: string
  /** The folder with the Dockerfile and what it copies. */
  context: string
  /** Stands in for the public image that the build argument BASE_IMAGE names. */
  base: LocalImage
  buildArgs?: Record<string, string>
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

async function contentOf(context: string): Promise<string[]> {
  const files = [join(context, 'Dockerfile'), ...(await filesBelow(join(context, 'dist')))].sort()
  const contents = await Promise.all(files.map(async (file) => digestOf([await readFile(file, 'base64')])))
  return files.map((file, at) => `${relative(context, file)} ${contents[at]}`)
}

/** Layers that earlier builds left behind; past this the storage is thrown away and filled anew. */
const mostLayers = 24

/** Builds a Dockerfile; a build of the same files comes from the cache, one with a new bundle takes seconds. */
export async function buildDockerfile(cache: string, build: DockerfileBuild): Promise<LocalImage> {
  const { name, context, base, buildArgs = {} } = build
  const digest = digestOf([base.name, JSON.stringify(buildArgs), ...(await contentOf(context))])
  const image = { name: localName(name, digest), archive: join(cache, 'images', `${name}-${digest}.tar`) }
  if (await exists(image.archive)) return image
  await mkdir(join(cache, 'images'), { recursive: true })
  // One for all: what two Dockerfiles begin with is built once.
  const storage = join(cache, 'buildah')
  let buildah = await buildahIn(storage)
  const known = (await buildah.run('images', '--all', '--quiet')).trim().split('\n')
  if (known.length > mostLayers) {
    await rm(storage, { recursive: true, force: true })
    buildah = await buildahIn(storage)
  }
  const names = await buildah.run('images', '--format', '{{.Name}}:{{.Tag}}')
  if (!names.split('\n').includes(base.name)) await buildah.trusting('pull', `oci-archive:${base.archive}`)
  await buildah.trusting(
    'build',
    ...['--layers', '--pull-never', '--timestamp', '0', '--tag', image.name],
    ...Object.entries({ BASE_IMAGE: base.name, ...buildArgs }).flatMap(([key, value]) => [
      '--build-arg',
      `${key}=${value}`,
    ]),
    context,
  )
  const part = `${image.archive}.${process.pid}`
  await buildah.trusting('push', image.name, `docker-archive:${part}:${image.name}`)
  await rename(part, image.archive)
  return image
}
