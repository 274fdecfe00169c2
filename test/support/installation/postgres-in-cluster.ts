import { randomBytes } from 'node:crypto'
import { nonRoot } from '../../cluster/images/debian-root-fs.ts'
import { createAuthority } from '../../cluster/pki.ts'
import { getObject } from '../../cluster/get-object.ts'
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { type DatabaseFacts } from './database-facts.ts'

const namespace = 'databases'
const name = 'postgres'
const host = `${name}.${namespace}.svc`
const labels = { 'app.kubernetes.io/name': name }
const port = 5432

/** A PostgreSQL server as pods see one: TLS, passwords only. Idempotent: what is there is used. */
export async function postgresInCluster(cluster: TestCluster, image: string): Promise<DatabaseFacts> {
  const secrets = (await storedSecrets(cluster)) ?? (await freshSecrets())
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(objects(image, secrets)))
  await cluster.kubectl(['rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=120s'])
  return {
    host,
    port,
    ca: secrets['ca.crt'] ?? '',
    administrator: { username: secrets['username'] ?? '', password: secrets['password'] ?? '' },
    reachedBy: { namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, podLabels: labels },
  }
}

async function storedSecrets(cluster: TestCluster): Promise<Record<string, string> | undefined> {
  const secret = await getObject<{ data: Record<string, string> }>(cluster, 'secret', name, namespace)
  if (secret === undefined) return undefined
  return Object.fromEntries(Object.entries(secret.data).map(([key, value]) => [key, atob(value)]))
}

async function freshSecrets(): Promise<Record<string, string>> {
  const authority = await createAuthority('PostgreSQL of the test cluster')
  const server = await authority.issue({ commonName: host, dnsNames: [host], usage: 'server' })
  return {
    'server.crt': server.cert,
    'server.key': server.key,
    'ca.crt': authority.cert,
    superuser: randomBytes(24).toString('base64url'),
    username: 'kiavi_admin',
    password: randomBytes(24).toString('base64url'),
  }
}

function objects(image: string, secrets: Record<string, string>) {
  const metadata = { name, namespace, labels }
  const setting = (key: string, value: string) => ['-c', `${key}=${value}`]
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'v1', kind: 'Secret', metadata, stringData: secrets },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: labels, ports: [{ name: 'postgresql', port, targetPort: port }] },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          replicas: 1,
          strategy: { type: 'Recreate' },
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              automountServiceAccountToken: false,
              securityContext: {
                runAsNonRoot: true,
                runAsUser: nonRoot,
                runAsGroup: nonRoot,
                fsGroup: nonRoot,
              },
              containers: [
                {
                  name,
                  image,
                  imagePullPolicy: 'IfNotPresent',
                  args: [
                    ...setting('listen_addresses', '*'),
                    ...setting('unix_socket_directories', ''),
                    ...setting('max_connections', '200'),
                    ...setting('ssl', 'on'),
                    ...setting('ssl_cert_file', '/secrets/server.crt'),
                    ...setting('ssl_key_file', '/secrets/server.key'),
                  ],
                  readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
                  volumeMounts: [
                    { name: 'data', mountPath: '/data' },
                    { name: 'secrets', mountPath: '/secrets', readOnly: true },
                    { name: 'tmp', mountPath: '/tmp' },
                  ],
                },
              ],
              volumes: [
                { name: 'data', emptyDir: {} },
                { name: 'tmp', emptyDir: {} },
                { name: 'secrets', secret: { secretName: name, defaultMode: 0o440 } },
              ],
            },
          },
        },
      },
    ],
  }
}
