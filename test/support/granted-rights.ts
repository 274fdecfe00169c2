/** The rights that the chart grants the operator, and which of them a request used. */
import { type Rendered } from './helm.ts'

/** Everywhere, in a tenant's namespace, or in the operator's own. */
type Where = 'everywhere' | 'tenant' | 'home'

export interface Request {
  verb: string
  /** `group/resource`, or `group/resource/subresource`. */
  resource: string
  namespace: string | undefined
}

interface Rule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}

const homes: Record<string, Where> = {
  'ClusterRole kiavi-operator': 'everywhere',
  'ClusterRole kiavi-tenant-namespace': 'tenant',
  'Role kiavi-operator': 'home',
}

/** Every right as `where verb group/resource`. */
export function grantedRights(chart: readonly Rendered[]): Set<string> {
  const rights = new Set<string>()
  for (const { kind, metadata, rules } of chart as (Rendered & { rules?: Rule[] })[]) {
    const where = homes[`${kind} ${metadata.name}`]
    if (where === undefined) continue
    for (const { apiGroups, resources, verbs } of rules ?? [])
      for (const group of apiGroups)
        for (const resource of resources)
          for (const verb of verbs) rights.add(`${where} ${verb} ${group}/${resource}`)
  }
  return rights
}

/** The right that allowed a request: the wide one where both would. */
export function rightFor({ verb, resource, namespace }: Request, home: string): string[] {
  const narrow = namespace === home ? 'home' : 'tenant'
  return [`everywhere ${verb} ${resource}`, `${narrow} ${verb} ${resource}`]
}
