/** Reads what a request to an API server is about from its method, path and content type (and a POST's body). */
import { type EffectName, type Lane } from './effect-ledger.ts'

export interface KubeRequest {
  /** Undefined: nothing is written by it. */
  lane: Lane | undefined
  name: EffectName
}

/** POSTs that ask and store nothing. */
const questions = new Set(['authentication.k8s.io', 'authorization.k8s.io'])
const verbs: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

const nameIn = (body: Buffer | undefined): string => {
  try {
    const object = JSON.parse(body?.toString('utf8') ?? '') as {
      metadata?: { name?: string; generateName?: string }
    }
    return object.metadata?.name ?? `${object.metadata?.generateName ?? '?'}*`
  } catch {
    return '?'
  }
}

/** `/apis/<group>/<version>/namespaces/<ns>/<resource>/<name>/<subresource>`, or `/api/v1/...`. */
export function kubeRequest(
  method: string,
  target: string,
  contentType: string | undefined,
  body?: Buffer,
): KubeRequest {
  const url = new URL(target, 'https://server')
  const segments = url.pathname.split('/').filter((segment) => segment !== '')
  const group = segments[0] === 'apis' ? (segments[1] ?? '') : ''
  const rest = segments.slice(segments[0] === 'apis' ? 3 : 2)
  // `namespaces/x` alone is the namespace itself, and `namespaces/x/status` a part of it.
  const inNamespace = rest[0] === 'namespaces' && rest[2] !== undefined && !isNamespacePart(rest[2])
  const namespace = inNamespace ? rest[1] : undefined
  const [resource = '?', named, subresource] = inNamespace ? rest.slice(2) : rest
  const verb = verbs[method]
  const name = named ?? (method === 'POST' ? nameIn(body) : '*')
  return {
    lane:
      verb === undefined || url.searchParams.has('dryRun') || subresource === 'token'
        ? undefined
        : laneOf(group, resource, name),
    name: {
      backend: 'kubernetes',
      verb:
        verb === 'patch' && contentType?.startsWith('application/apply-patch') === true
          ? 'apply'
          : (verb ?? 'read'),
      object: `${resource} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
      ...(subresource === undefined ? {} : { subresource }),
    },
  }
}

const isNamespacePart = (segment: string) => segment === 'status' || segment === 'finalize'

function laneOf(group: string, resource: string, name: string): Lane | undefined {
  if (questions.has(group)) return undefined
  if (group === 'coordination.k8s.io' && resource === 'leases') return 'lease'
  if (resource === 'events') return 'event'
  // The hour makes them, and nothing that anybody does.
  if (['jobs', 'networkpolicies'].includes(resource) && name.startsWith('sweep-')) return 'sweep'
  return 'write'
}
