import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isIPv6 } from 'node:net'
import { type RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'

/** Where the API server is and how we prove who we are. */
export type CredentialSource =
  | {
      from: 'cluster'
      /** `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`, which every pod has. */
      host: string
      port: string
      /** Where the kubelet mounts token and CA. */
      directory?: string
    }
  | {
      from: 'kubeconfig'
      path: string
      context?: string
      /** Whom to act as: `system:serviceaccount:<namespace>:<name>`, where the person may impersonate. */
      as?: string
    }

export interface TlsMaterial {
  ca?: string | Buffer
  cert?: string | Buffer
  key?: string | Buffer
  servername?: string
  rejectUnauthorized?: boolean
}

export interface Credential {
  headers: Record<string, string>
  tls: TlsMaterial
}

export interface Access {
  /** `https://host:port`, with a path where the API lives below one. */
  server: string
  /** The namespace of the kubeconfig's context, or the pod's own. */
  namespace?: string
  /** The credential as it is now; `again` drops everything that is remembered and reads all of it anew. */
  credential(again: boolean): Promise<Credential>
}

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Reads the source once, and throws a sentence when it is unusable. */
export async function openAccess(source: CredentialSource): Promise<Access> {
  let config = await read(source)
  const cluster = config.getCurrentCluster()
  if (!cluster) {
    throw new Error(
      `The kubeconfig has no cluster for context "${config.getCurrentContext()}". Choose another context.`,
    )
  }
  if (cluster.proxyUrl) {
    throw new Error(
      `Cluster "${cluster.name}" asks for proxy-url, which is not supported. Reach it directly.`,
    )
  }
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace
  return {
    server: cluster.server.replace(/\/+$/, ''),
    ...(namespace ? { namespace } : {}),
    async credential(again) {
      if (again) config = await read(source)
      return present(config)
    },
  }
}

async function read(source: CredentialSource): Promise<KubeConfig> {
  const config = new KubeConfig()
  if (source.from === 'kubeconfig') {
    config.loadFromFile(source.path)
    if (source.context !== undefined) config.setCurrentContext(source.context)
    if (source.as !== undefined) impersonate(config, source.as)
    return config
  }
  const directory = source.directory ?? mounted
  const host = isIPv6(source.host) ? `[${source.host}]` : source.host
  const namespace = await readFile(join(directory, 'namespace'), 'utf8').catch(() => undefined)
  config.loadFromOptions({
    clusters: [
      {
        name: 'in-cluster',
        server: `https://${host}:${source.port}`,
        caFile: join(directory, 'ca.crt'),
        skipTLSVerify: false,
      },
    ],
    users: [
      {
        name: 'service-account',
        authProvider: { name: 'tokenFile', config: { tokenFile: join(directory, 'token') } },
      },
    ],
    contexts: [
      {
        name: 'in-cluster',
        cluster: 'in-cluster',
        user: 'service-account',
        ...(namespace === undefined ? {} : { namespace: namespace.trim() }),
      },
    ],
    currentContext: 'in-cluster',
  })
  return config
}

/** client-node sends the user's `as` as Impersonate-User; the API server adds a ServiceAccount's groups itself. */
function impersonate(config: KubeConfig, impersonateUser: string): void {
  const name = config.getCurrentUser()?.name
  config.users = config.users.map((user) => (user.name === name ? { ...user, impersonateUser } : user))
}

async function present(config: KubeConfig): Promise<Credential> {
  const options: RequestOptions & { servername?: string } = { headers: {} }
  await config.applyToHTTPSOptions(options)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    // A token file may end in a newline, which no header may carry.
    if (value !== undefined) headers[name.toLowerCase()] = String(value).trim()
  }
  if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`
  return { headers, tls: tlsMaterial(options) }
}

function tlsMaterial(options: RequestOptions & { servername?: string }): TlsMaterial {
  const { ca, cert, key, servername, rejectUnauthorized } = options
  return {
    ...(ca === undefined ? {} : { ca: ca as Buffer }),
    ...(cert === undefined ? {} : { cert: cert as Buffer }),
    ...(key === undefined ? {} : { key: key as Buffer }),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  }
}
