import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildahIn } from './buildah.ts'
import { command } from './command.ts'
import { type LocalImage } from './local-image.ts'

/** Pushes an image below a registry's folder, with the credentials that `buildah login` left; tells its name there. */
export async function pushArchive({ name, archive }: LocalImage, registry: string): Promise<string> {
  const pushed = `${registry}/${name.replace(/^localhost\/kiavi\//, '')}`
  const entries = await command('tar', ['-tf', archive])
  const transport = entries.split('\n').some((entry) => entry.endsWith('oci-layout'))
    ? 'oci-archive'
    : 'docker-archive'
  const storage = await mkdtemp(join(tmpdir(), 'kiavi-push-'))
  try {
    const buildah = await buildahIn(storage)
    const id = (await buildah.trusting('pull', `${transport}:${archive}`)).trim()
    await buildah.trusting('push', id, `docker://${pushed}`)
  } finally {
    await rm(storage, { recursive: true, force: true })
  }
  return pushed
}
