import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
    const policy = join(storage, 'policy.json')
    // The image comes from this machine: nothing to verify a signature of.
    await writeFile(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }))
    const place = [
      '--root',
      join(storage, 'root'),
      '--runroot',
      join(storage, 'run'),
      '--storage-driver',
      'vfs',
    ]
    const buildah = (verb: string, ...args: string[]) =>
      command('buildah', [...place, verb, '--quiet', '--signature-policy', policy, ...args])
    const id = (await buildah('pull', `${transport}:${archive}`)).trim()
    await buildah('push', id, `docker://${pushed}`)
  } finally {
    await rm(storage, { recursive: true, force: true })
  }
  return pushed
}
