/** Applies tenants to a running operator, and waits until every child of every one of them is there. */
import { annotation } from '../../operator/src/api/v1alpha1/names.ts'
import { type KubeClient, type KubeJson } from '../cluster/kube-client.ts'
import { cachedList } from '../cluster/process-kubelet/cached-list.ts'
import { customers } from '../support/operator-world/names.ts'
import { BenchFailed } from './bench.ts'

export interface TenantObject extends KubeJson {
  status?: { tenantID?: string; conditions?: { type: string; status: string; message: string }[] }
}

export const tenantsPath = `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/kiavitenants`

/** What comes last of a tenant, whichever of them comes last. */
const lastChildren = [
  '/apis/apps/v1/deployments',
  '/api/v1/services',
  '/apis/networking.k8s.io/v1/ingresses',
] as const
const limitMs = 300_000

export const createTenant = (client: KubeClient, name: string, spec: object = {}) =>
  client.call<TenantObject>('POST', tenantsPath, {
    apiVersion: 'kiavi.eu/v1alpha1',
    kind: 'KiaviTenant',
    metadata: { name, namespace: customers },
    spec: { host: `auth.${name}.test`, ...spec },
  })

async function why(client: KubeClient, name: string): Promise<string> {
  const tenant = await client.find<TenantObject>(`${tenantsPath}/${name}`)
  const conditions = tenant?.status?.conditions ?? []
  return conditions.map(({ type, status, message }) => `${type}=${status}: ${message}`).join('; ')
}

/** Gives the seconds from the first tenant's creation until the last child was seen. */
export async function applyWave(client: KubeClient, names: readonly string[]): Promise<number> {
  const stopping = new AbortController()
  const missing = new Set(names.flatMap((name) => lastChildren.map((path) => `${path} ${customers}/${name}`)))
  let complete = () => {}
  const all = new Promise<void>((resolve) => (complete = resolve))
  const lists = lastChildren.map((path) =>
    cachedList<KubeJson>(client, path, stopping.signal, ({ metadata }) => {
      missing.delete(`${path} ${metadata.annotations?.[annotation.owner] ?? ''}`)
      if (missing.size === 0) complete()
    }),
  )
  const limit = setTimeout(() => stopping.abort(), limitMs)
  const late = new Promise<'late'>((resolve) =>
    stopping.signal.addEventListener('abort', () => resolve('late')),
  )
  try {
    await Promise.all(lists.map(({ synced }) => synced))
    const start = performance.now()
    await Promise.all(names.map((name) => createTenant(client, name)))
    if ((await Promise.race([all, late])) === 'late') {
      const [first = ''] = missing
      const name = first.split('/').at(-1) ?? ''
      throw new BenchFailed(
        `${missing.size} children were missing after ${limitMs / 1000} s, first ${first}: ${await why(client, name)}`,
      )
    }
    return (performance.now() - start) / 1000
  } finally {
    clearTimeout(limit)
    stopping.abort()
  }
}
