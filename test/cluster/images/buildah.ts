import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { command } from './command.ts'

/** Images here come from the machine itself: nothing to verify a signature of. */
const policy = { default: [{ type: 'insecureAcceptAnything' }] }

/** buildah with a storage of its own: no daemon, RUN in a chroot, nothing pulled that is not named. */
export async function buildahIn(storage: string) {
  await mkdir(storage, { recursive: true })
  const policyFile = join(storage, 'policy.json')
  await writeFile(policyFile, JSON.stringify(policy))
  const place = ['--root', join(storage, 'root'), '--runroot', join(storage, 'run'), '--storage-driver=vfs']
  const env = { TMPDIR: storage, BUILDAH_ISOLATION: 'chroot' }
  return {
    run: (verb: string, ...args: string[]) => command('buildah', [...place, verb, ...args], { env }),
    trusting: (verb: string, ...args: string[]) =>
      command('buildah', [...place, verb, '--quiet', '--signature-policy', policyFile, ...args], { env }),
  }
}
