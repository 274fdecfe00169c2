import { join } from 'node:path'
import { build } from 'esbuild'
import { type World, type WorldTenant } from '../installation/world.ts'
import { type Attempt, type Outcome } from './attempt.ts'

/** A pod in a tenant's namespace that looks like its runtime and holds what its runtime holds. */
export interface Stranger {
  /** One outcome for each attempt, in their order. */
  try: (attempts: readonly Attempt[]) => Promise<Outcome[]>
  remove: () => Promise<void>
}

const name = 'stranger'

/** Probe and its libraries in one file: the runtime's image has Node, and nothing else. */
async function program(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'probe.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    external: ['pg-native'],
    minify: true,
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

interface PodTemplate {
  metadata: { labels: Record<string, string> }
  spec: {
    containers: [{ name: string; volumeMounts: object[] } & Record<string, unknown>]
    volumes: object[]
  } & Record<string, unknown>
}

export async function placeStranger({ cluster }: World, { home }: WorldTenant): Promise<Stranger> {
  const kubectl = (...args: string[]) => cluster.kubectl([...args, '-n', home])
  const template = JSON.parse(
    await kubectl('get', 'deployment', 'runtime', '-o', 'jsonpath={.spec.template}'),
  ) as PodTemplate
  const [{ volumeMounts, image, imagePullPolicy, securityContext }] = template.spec.containers
  const container = {
    ...{ name, image, imagePullPolicy, securityContext },
    command: ['/usr/local/bin/node', '-e', 'setInterval(() => {}, 1000)'],
    volumeMounts: [...volumeMounts, { name: 'probe', mountPath: '/probe', readOnly: true }],
  }
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: home, labels: template.metadata.labels },
    spec: {
      ...template.spec,
      terminationGracePeriodSeconds: 0,
      containers: [container],
      volumes: [...template.spec.volumes, { name: 'probe', configMap: { name } }],
    },
  }
  const files = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: home },
    data: { 'probe.cjs': await program() },
  }
  const remove = async () => {
    await kubectl('delete', 'pod', name, '--ignore-not-found', '--grace-period=0', '--force')
    await kubectl('delete', 'configmap', name, '--ignore-not-found')
  }
  await remove()
  await cluster.kubectl(
    ['apply', '--server-side', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [files, pod] }),
  )
  await kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=120s')
  return {
    remove,
    try: async (attempts) => {
      const run = ['exec', '-i', '-n', home, name, '--', '/usr/local/bin/node', '/probe/probe.cjs']
      return JSON.parse(await cluster.kubectl(run, JSON.stringify(attempts))) as Outcome[]
    },
  }
}
