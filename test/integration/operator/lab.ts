/**
 * One operator on a real control plane, with a real PostgreSQL and pods that are processes of this machine: the
 * operator runs under its own ServiceAccount, with the chart's rights and nothing more.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type ControlPlane } from '../../cluster/control-plane.ts'
import { type PostgresServer } from '../../support/postgres.ts'

const main = fileURLToPath(new URL('../../../operator/src/main.ts', import.meta.url))

export const runtimeImage = 'kiavi-runtime:test'
export const runtimePrograms = {
  'kiavi-runtime': {
    entrypoint: [process.execPath, fileURLToPath(new URL('../../../runtime/src/main.ts', import.meta.url))],
    env: { PATH: process.env['PATH'] ?? '' },
  },
}

export interface RunningOperator {
  child: ChildProcess
  /** Every line of its log, parsed. */
  lines: Record<string, unknown>[]
  /** SIGTERM; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts the operator as a process and waits until it leads. */
export async function startOperator(
  kubeconfig: string,
  env: Record<string, string> = {},
): Promise<RunningOperator> {
  const child = spawn(process.execPath, [main, '--kubeconfig', kubeconfig], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      KIAVI_LISTEN_HOST: '127.0.0.1',
      KIAVI_LISTEN_PORT: '0',
      ...env,
    },
  })
  const lines: Record<string, unknown>[] = []
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const leading = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed = JSON.parse(line) as Record<string, unknown>
      lines.push(parsed)
      if (parsed['msg'] === 'leading') resolve()
    })
    void ended.then((code) => reject(new Error(`The operator ended with ${code} before it led.`)))
  })
  await leading
  return {
    child,
    lines,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}

/** The class `default` on this server, exposed by an Ingress, with the Secrets that it names. */
export async function applyClass(
  plane: Pick<ControlPlane, 'kubectl'>,
  server: Pick<PostgresServer, 'host' | 'port' | 'ca' | 'administrator'>,
  spec: object = {},
): Promise<void> {
  const namespace = 'kiavi-system'
  await apply(plane, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'database-admin', namespace },
      stringData: { username: server.administrator.user, password: server.administrator.password },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'database-ca', namespace },
      stringData: { 'ca.crt': server.ca },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'test' },
      spec: { controller: 'kiavi.eu/test' },
    },
    {
      apiVersion: 'kiavi.eu/v1alpha1',
      kind: 'KiaviTenantClass',
      metadata: { name: 'default', annotations: { 'kiavi.eu/is-default-class': 'true' } },
      spec: {
        region: 'fr-par',
        database: {
          host: server.host,
          port: server.port,
          adminSecretName: 'database-admin',
          caSecretName: 'database-ca',
          reachedBy: { cidrs: ['127.0.0.0/8'] },
        },
        runtime: { image: runtimeImage },
        ingress: { className: 'test' },
        ingressFrom: [{ namespaceLabels: { 'kubernetes.io/metadata.name': 'ingress' } }],
        ...spec,
      },
    },
  ])
}

export const apply = (plane: Pick<ControlPlane, 'kubectl'>, items: readonly object[]) =>
  plane.kubectl(
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  )

/** A tenant that no other test has, in a namespace of its own. */
export function newTenant(spec: object = {}) {
  const suffix = randomBytes(4).toString('hex')
  const namespace = `customer-${suffix}`
  const name = `tenant-${suffix}`
  return {
    namespace,
    name,
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      {
        apiVersion: 'kiavi.eu/v1alpha1',
        kind: 'KiaviTenant',
        metadata: { name, namespace },
        spec: { host: `auth.${name}.example.eu`, ...spec },
      },
    ],
  }
}
