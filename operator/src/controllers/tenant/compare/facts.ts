import { type KubeObject } from '../../../kube/port.ts'

export interface JobFacts {
  succeeded: boolean
  /** The reason of the Failed condition. */
  failed: string | undefined
}

export interface DeploymentFacts {
  /** The controller has seen the newest spec. */
  observed: boolean
  wanted: number
  replicas: number
  updated: number
  ready: number
  image: string
  /** The reason and message of Progressing=False or ReplicaFailure=True. */
  trouble: string | undefined
}

export interface RouteFacts {
  parents: { gateway: string; controller: string; accepted: boolean; resolved: boolean; message: string }[]
}

export interface SliceFacts {
  ports: Record<string, number>
  /** Serving: requests may be sent to it, whether it is on its way out or not. */
  endpoints: { address: string; pod: string; serving: boolean }[]
}

/** What a status says, for the kinds whose status we judge by. */
export interface Facts {
  job?: JobFacts
  deployment?: DeploymentFacts
  route?: RouteFacts
  ingress?: { addresses: number }
  slice?: SliceFacts
  /** The content of a claim. */
  claim?: Record<string, string>
}

interface StatusCondition {
  type: string
  status: string
  reason?: string
  message?: string
}

export function factsOf(object: KubeObject): Facts {
  const status = (object['status'] ?? {}) as Record<string, unknown>
  switch (object.kind) {
    case 'Job':
      return { job: jobFacts(status) }
    case 'Deployment':
      return { deployment: deploymentFacts(object, status) }
    case 'HTTPRoute':
      return { route: routeFacts(status) }
    case 'Ingress': {
      const balancer = status['loadBalancer'] as { ingress?: unknown[] } | undefined
      return { ingress: { addresses: balancer?.ingress?.length ?? 0 } }
    }
    case 'EndpointSlice':
      return { slice: sliceFacts(object) }
    case 'ConfigMap':
      return object.metadata.name.startsWith('claim-')
        ? { claim: (object['data'] ?? {}) as Record<string, string> }
        : {}
    default:
      return {}
  }
}

const conditionsOf = (status: Record<string, unknown>) => (status['conditions'] ?? []) as StatusCondition[]

const stands = (conditions: StatusCondition[], type: string, status = 'True') =>
  conditions.find((condition) => condition.type === type && condition.status === status)

function jobFacts(status: Record<string, unknown>): JobFacts {
  const conditions = conditionsOf(status)
  return {
    succeeded: stands(conditions, 'Complete') !== undefined,
    failed: stands(conditions, 'Failed')?.reason,
  }
}

function deploymentFacts(object: KubeObject, status: Record<string, unknown>): DeploymentFacts {
  const spec = object['spec'] as {
    replicas?: number
    template?: { spec?: { containers?: { image?: string }[] } }
  }
  const count = (name: string) => (status[name] ?? 0) as number
  const conditions = conditionsOf(status)
  const trouble = stands(conditions, 'ReplicaFailure') ?? stands(conditions, 'Progressing', 'False')
  return {
    observed: count('observedGeneration') >= (object.metadata.generation ?? 0),
    wanted: spec.replicas ?? 1,
    replicas: count('replicas'),
    updated: count('updatedReplicas'),
    ready: count('readyReplicas'),
    image: spec.template?.spec?.containers?.[0]?.image ?? '',
    trouble: trouble && `${trouble.reason ?? trouble.type}: ${trouble.message ?? ''}`.slice(0, 400),
  }
}

function routeFacts(status: Record<string, unknown>): RouteFacts {
  interface Parent {
    parentRef?: { name?: string; namespace?: string }
    controllerName?: string
    conditions?: StatusCondition[]
  }
  const parents = ((status['parents'] ?? []) as Parent[]).map(
    ({ parentRef, controllerName, conditions = [] }) => ({
      gateway: `${parentRef?.namespace ?? ''}/${parentRef?.name ?? ''}`,
      controller: controllerName ?? '',
      accepted: stands(conditions, 'Accepted') !== undefined,
      resolved: stands(conditions, 'ResolvedRefs') !== undefined,
      message: conditions
        .filter((condition) => condition.status !== 'True')
        .map(({ type, reason, message }) => `${type}: ${reason ?? ''} ${message ?? ''}`.trim())
        .join('; ')
        .slice(0, 400),
    }),
  )
  return { parents }
}

function sliceFacts(object: KubeObject): SliceFacts {
  interface Endpoint {
    addresses?: string[]
    conditions?: { ready?: boolean; serving?: boolean }
    targetRef?: { name?: string }
  }
  const ports = (object['ports'] ?? []) as { name?: string; port?: number }[]
  const endpoints = (object['endpoints'] ?? []) as Endpoint[]
  return {
    ports: Object.fromEntries(ports.map(({ name, port }) => [name ?? '', port ?? 0])),
    endpoints: endpoints.flatMap(({ addresses = [], conditions, targetRef }) =>
      addresses.slice(0, 1).map((address) => ({
        address,
        pod: targetRef?.name ?? address,
        // Serving is ready, whether on its way out or not; an absent condition means so (discovery/v1).
        serving: conditions?.serving ?? conditions?.ready ?? true,
      })),
    ),
  }
}
