import { child } from '../../../api/v1alpha1/names.ts'
import { type TenantClassSpec } from '../../../api/v1alpha1/tenant-class.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Rendering } from '../rendering.ts'
import { type Component, childMeta, podSelector } from './meta.ts'

/** Every NetworkPolicy of ours in a tenant's namespace. */
export const networkPolicyNames: readonly string[] = [child.defaultDeny, child.runtime, child.migrate]

interface Place {
  namespaceLabels?: Record<string, string> | undefined
  podLabels?: Record<string, string> | undefined
}

type Ports = readonly (readonly ['TCP' | 'UDP', number])[]

/** Nothing comes in and nothing goes out, unless another policy says so. */
export const defaultDeny = (rendering: Rendering): KubeObject =>
  policy(rendering, child.defaultDeny, 'isolation', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })

/** The serving pods: requests from the class's proxies, questions from the operator and scrapers. */
export function runtimePolicy(rendering: Rendering): KubeObject {
  const { class: tenantClass, operator } = rendering
  const us = place({ namespaceLabels: { 'kubernetes.io/metadata.name': operator.namespace } })
  const proxies = tenantClass.ingressFrom.map(place)
  const scrapers = (tenantClass.metricsFrom ?? []).map(place)
  return policy(rendering, child.runtime, 'runtime', {
    podSelector: { matchLabels: podSelector(rendering.tenantID, 'runtime') },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      { from: [...proxies, us], ports: ports([['TCP', 8080]]) },
      { from: [...scrapers, us], ports: ports([['TCP', 9464]]) },
    ],
    egress: outward(tenantClass),
  })
}

/** The migration step: out to the database, and nobody in. */
export const migratePolicy = (rendering: Rendering): KubeObject =>
  policy(rendering, child.migrate, 'migrate', {
    podSelector: { matchLabels: podSelector(rendering.tenantID, 'migrate') },
    policyTypes: ['Ingress', 'Egress'],
    egress: outward(rendering.class),
  })

/** Out to the database and to DNS. */
export function outward({ dns, database }: Pick<TenantClassSpec, 'dns' | 'database'>): object[] {
  const server = reached(database.reachedBy)
  return [
    ...toNames({ dns }),
    ...(server.length === 0 ? [] : [{ to: server, ports: ports([['TCP', database.port]]) }]),
  ]
}

/** Out to DNS. A rule without `to` would allow every destination: it is left out rather than left open. */
export function toNames({ dns }: Pick<TenantClassSpec, 'dns'>): object[] {
  const names = reached(dns)
  const both = ports([
    ['UDP', 53],
    ['TCP', 53],
  ])
  return names.length === 0 ? [] : [{ to: names, ports: both }]
}

/** Peers of a rule; none at all where nothing is named. */
export function reached({ cidrs = [], ...where }: Place & { cidrs?: string[] | undefined }): object[] {
  const pods = where.namespaceLabels === undefined && where.podLabels === undefined ? [] : [place(where)]
  return [...cidrs.map((cidr) => ({ ipBlock: { cidr } })), ...pods]
}

const place = ({ namespaceLabels, podLabels }: Place) => ({
  namespaceSelector: namespaceLabels === undefined ? {} : { matchLabels: namespaceLabels },
  ...(podLabels === undefined ? {} : { podSelector: { matchLabels: podLabels } }),
})

const ports = (list: Ports) => list.map(([protocol, port]) => ({ protocol, port }))

const policy = (rendering: Rendering, name: string, component: Component, spec: object): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: childMeta(rendering, name, component),
  spec,
})
