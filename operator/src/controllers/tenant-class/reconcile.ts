import {
  type TenantClassSpec,
  type TenantClassStatus,
  tenantClassSpec,
  tenantClassStatus,
} from '../../api/v1alpha1/tenant-class.ts'
import { type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { DatabaseRefused, DatabaseUnreachable } from '../../providers/database/errors.ts'
import { mergeConditions } from '../conditions.ts'
import { type SweepNote } from '../sweep/note.ts'
import { type TenantPorts } from '../tenant/ports.ts'
import { statusPatch } from '../tenant/status.ts'
import { Vault } from '../tenant/vault.ts'
import { isMarkedDefault } from './default-class.ts'
import { judgeStore, storeStatusOf } from './judge-store.ts'
import { type ClassObserved, judgeClass, versionText } from './judge.ts'
import { observeStore } from './observe-store.ts'

type Ports = Pick<TenantPorts, 'cluster' | 'memory' | 'database' | 'checkKey' | 'now' | 'operator'>

export interface ClassOutcome {
  result: 'gone' | 'ready' | 'waiting'
  wrote: boolean
  /** What the class says now. */
  status: TenantClassStatus
}

export interface ClassKnowledge {
  /** How many tenants live in it. */
  tenantsIn: (className: string) => number
  /** What is known of its store by who sweeps it; `undefined` while it was not looked at. */
  sweeps: (className: string) => SweepNote | undefined
}

/** Nobody has this ID: who observes it learns of the server, and of no tenant. */
const nobody = 'a000000000'

/** Says of one class whether tenants can live in it, and how many do. Nothing is made or changed. */
export function createClassReconciler(ports: Ports, { tenantsIn, sweeps }: ClassKnowledge) {
  return async function reconcile(name: string): Promise<ClassOutcome> {
    // As remembered: a class that moved on since refuses the status, and is looked at again.
    const object = ports.memory.classes().find(({ metadata }) => metadata.name === name)
    if (!object) return { result: 'gone', wrote: false, status: {} }
    const seen = await observeClass(object, ports)
    const store = seen.spec && (await observeStore(seen.spec, storePorts(ports, sweeps(name))))
    const parsed = tenantClassStatus.safeParse(object['status'] ?? {})
    const old: TenantClassStatus = parsed.success ? parsed.data : {}
    const { generation = 0, resourceVersion, uid } = object.metadata
    const now = ports.now()
    const before = { conditions: old.conditions ?? [], backups: old.backups }
    const operatorNamespace = ports.operator.namespace
    const verdicts = judgeClass(seen, operatorNamespace)
    const ofStore = store ? judgeStore(store, { operatorNamespace, before, now }) : []
    const conditions = mergeConditions(before.conditions, [...verdicts, ...ofStore], { now, generation })
    const backups = store ? storeStatusOf(store, old.backups) : old.backups
    const version = seen.serverVersion === undefined ? old.serverVersion : versionText(seen.serverVersion)
    const next: TenantClassStatus = {
      observedGeneration: generation,
      tenants: tenantsIn(name),
      ...(version === undefined ? {} : { serverVersion: version }),
      ...(backups === undefined ? {} : { backups }),
      conditions,
    }
    const status = statusPatch(old, next)
    if (status) {
      await ports.cluster.patch(
        kinds.KiaviTenantClass,
        { name },
        { metadata: { resourceVersion, uid }, status },
        'status',
      )
    }
    const isReady = verdicts[0]?.status === 'True'
    return { result: isReady ? 'ready' : 'waiting', wrote: status !== undefined, status: next }
  }
}

async function observeClass(
  object: KubeObject,
  { memory, cluster, database, checkKey, operator }: Ports,
): Promise<ClassObserved & { spec?: TenantClassSpec }> {
  const others = memory.classes().filter(({ metadata }) => metadata.name !== object.metadata.name)
  const seen: ClassObserved = {
    isDefault: isMarkedDefault(object),
    otherDefaults: others.filter(isMarkedDefault).map(({ metadata }) => metadata.name),
    faults: undefined,
    missing: undefined,
    unreachable: undefined,
    serverVersion: undefined,
  }
  const spec = tenantClassSpec.safeParse(object['spec'])
  if (!spec.success) {
    const faults = spec.error.issues.map(({ path, message }) => `spec.${path.join('.')}: ${message}`)
    return { ...seen, faults: faults.join('; ').slice(0, 1000) }
  }
  const credentials = await new Vault(cluster, operator.namespace, checkKey).classCredentials(spec.data)
  const read = { ...seen, spec: spec.data }
  if ('missing' in credentials) return { ...read, missing: credentials.missing }
  try {
    const { serverVersion } = await database.observe(credentials.server, nobody, undefined)
    return { ...read, serverVersion }
  } catch (error) {
    if (!(error instanceof DatabaseUnreachable) && !(error instanceof DatabaseRefused)) throw error
    return { ...read, unreachable: error.message }
  }
}

const storePorts = ({ cluster, operator }: Ports, note: SweepNote | undefined) => ({
  ...{ cluster, namespace: operator.namespace, note },
})
