/**
 * Everything that an API server keeps, in a form that compares: `kind namespace/name` -> its content without what is
 * random or a time. Secrets are told by their keys; no value of one leaves this file.
 */
import { annotation } from '../../operator/src/api/v1alpha1/names.ts'
import { type KubeClient, type KubeJson } from '../cluster/kube-client.ts'
import { maskRandom } from './mask.ts'

/** One thing in the world -> what it looks like. */
export type State = Map<string, string>

interface Listable {
  /** Path of its list over all namespaces. */
  path: string
  plural: string
}

/** Made and unmade by controllers as they please; what they stand for is judged by the object that causes them. */
const restless = new Set(
  'bindings componentstatuses controllerrevisions endpoints endpointslices events ipaddresses leases pods replicasets'.split(
    ' ',
  ),
)

async function discover(client: KubeClient): Promise<Listable[]> {
  interface Resources {
    resources: { name: string; verbs: string[] }[]
  }
  const groups = await client.call<{ groups: { preferredVersion: { groupVersion: string } }[] }>(
    'GET',
    '/apis',
  )
  const roots = [
    '/api/v1',
    ...groups.groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`),
  ]
  const found = await Promise.all(
    roots.map(async (root) => {
      const { resources } = await client.call<Resources>('GET', root)
      return resources
        .filter(({ name, verbs }) => verbs.includes('list') && !name.includes('/') && !restless.has(name))
        .map(({ name }) => ({ path: `${root}/${name}`, plural: name }))
    }),
  )
  return found.flat()
}

const digestOfRandom = /digest|checksum|hash/

/** What the server and its controllers add, and what no two runs share. */
const serverside = new Set(
  'uid resourceVersion generation creationTimestamp managedFields observedGeneration apiVersion kind'.split(
    ' ',
  ),
)

type Json = KubeJson & Record<string, unknown>

function normalised(plural: string, object: Json): string {
  const secretKeys = Object.keys(object['data'] ?? {})
  // How many tenants a class has is another number in every run; what lies in its store is looked at by the clock.
  const isClass = plural === 'kiavitenantclasses'
  const shown = plural === 'secrets' ? { ...object, data: secretKeys.map(maskRandom).sort() } : object
  return maskRandom(
    JSON.stringify(shown, (key, value: unknown) => {
      if (
        serverside.has(key) ||
        key === annotation.recovery ||
        (isClass && (key === 'tenants' || isOfStore(value)))
      )
        return undefined
      if (typeof value === 'string' && digestOfRandom.test(key)) return '<digest>'
      if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
      // Names that are random have their place by what they are.
      const named = Object.entries(value).map(([name, part]): [string, unknown] => [maskRandom(name), part])
      // Where a note was the only annotation.
      if (key === 'annotations' && named.every(([name]) => name === annotation.recovery)) return undefined
      return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)))
    }),
  )
}

/** A condition of a class's store, or what a sweep found in it. */
const isOfStore = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ('sweptAt' in value || ('type' in value && /^Backup(StoreReady|sExpire)$/.test(String(value.type))))

/** Sweeps of a class's store come with the hour, whatever else is going on. */
const isOfSweeps = (plural: string, name: string): boolean =>
  ['jobs', 'networkpolicies'].includes(plural) && name.startsWith('sweep-')

/** Reads the whole cluster: what an operator might leave anywhere is in it. */
export async function clusterState(client: KubeClient): Promise<State> {
  const state: State = new Map()
  for (const { path, plural } of await discover(client)) {
    const { items } = await client.call<{ items: Json[] }>('GET', path)
    for (const object of items) {
      const { namespace, name } = object.metadata
      if (isOfSweeps(plural, name)) continue
      state.set(
        `${plural} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
        normalised(plural, object),
      )
    }
  }
  return state
}
