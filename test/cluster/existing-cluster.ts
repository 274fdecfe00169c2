/** Any cluster that a person already has: by a context of their own kubeconfig. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findBinaries } from './binaries.ts'
import { clusterFolder } from './folders.ts'
import { command } from './images/command.ts'
import { writePrivate } from './control-plane-files.ts'
import { type TestCluster } from './test-cluster.ts'

export interface ExistingOptions {
  context: string
  /** Images are pushed below this: `registry.example/kiavi`. Without it, load them by hand first. */
  registry?: string
}

/** Uses the cluster and owns nothing of it: it is neither brought up nor down. */
export async function existingCluster({ context, registry }: ExistingOptions): Promise<TestCluster> {
  const { kubectl, helm } = await findBinaries(['kubectl', 'helm'])
  // One context and its credentials alone, so that no other cluster can be meant by mistake.
  const view = ['config', 'view', '--raw', '--flatten', '--minify', `--context=${context}`]
  const kubeconfig = join(clusterFolder(`context-${context.replace(/[^A-Za-z0-9-]/g, '-')}`), 'kubeconfig')
  writePrivate(kubeconfig, await command(kubectl, view))
  const env = { KUBECONFIG: kubeconfig }
  const run = (program: string) => (args: readonly string[], input?: string) =>
    command(program, args, input === undefined ? { env } : { env, input })
  return {
    name: context,
    kubeconfig,
    kubectl: run(kubectl),
    helm: run(helm),
    loadImage: async ({ name, archive }) => {
      if (registry === undefined) return name
      const pushed = `${registry}/${name.replace(/^localhost\/kiavi\//, '')}`
      await push(archive, pushed)
      return pushed
    },
  }
}

/** Pushes an archive with the credentials that `buildah login` or `docker login` left. */
async function push(archive: string, name: string): Promise<void> {
  const storage = join(clusterFolder('registry'), 'storage')
  const policy = join(clusterFolder('registry'), 'policy.json')
  writePrivate(policy, '')
  await writeFile(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }))
  const place = ['--root', storage, '--runroot', `${storage}-run`, '--storage-driver', 'vfs']
  const kind = archive.includes('oci') ? 'oci-archive' : 'docker-archive'
  const id = (
    await command('buildah', [
      ...place,
      'pull',
      '--quiet',
      '--signature-policy',
      policy,
      `${kind}:${archive}`,
    ])
  ).trim()
  await command('buildah', [
    ...place,
    'push',
    '--quiet',
    '--signature-policy',
    policy,
    id,
    `docker://${name}`,
  ])
}
