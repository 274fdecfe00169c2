import { type KubeObject } from '../../../kube/port.ts'
import { restartedAt, templateMeta } from './normalise.ts'

type Json = Record<string, unknown>

/**
 * The body of the PUT that puts an object back: ours, on the live object's identity and resourceVersion. Kept are
 * foreign annotations, finalizers, and what the server assigned and would refuse to lose.
 */
export function replacement(desired: KubeObject, live: KubeObject): KubeObject {
  const object = structuredClone(desired)
  object.metadata.resourceVersion = live.metadata.resourceVersion ?? ''
  object.metadata.uid = live.metadata.uid ?? ''
  object.metadata.annotations = { ...live.metadata.annotations, ...desired.metadata.annotations }
  if (live.metadata.finalizers) object.metadata.finalizers = live.metadata.finalizers
  const spec = object['spec'] as Json | undefined
  const liveSpec = live['spec'] as Json | undefined
  if (object.kind === 'Namespace') object['spec'] = liveSpec
  if (object.kind === 'ServiceAccount' && live['secrets'] !== undefined) object['secrets'] = live['secrets']
  if (!spec || !liveSpec) return object
  if (object.kind === 'Service') {
    for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies']) spec[name] = liveSpec[name]
  }
  if (object.kind === 'Deployment') keepRestart(spec, liveSpec)
  // With what its controller wrote into them they cannot change any more; where ours differ, it is made anew.
  if (object.kind === 'Job') for (const name of ['selector', 'template']) spec[name] = liveSpec[name]
  return object
}

function keepRestart(spec: Json, liveSpec: Json): void {
  const asked = (templateMeta(liveSpec)?.['annotations'] as Json | undefined)?.[restartedAt]
  const meta = templateMeta(spec)
  if (asked === undefined || meta === undefined) return
  meta['annotations'] = { ...(meta['annotations'] as Json | undefined), [restartedAt]: asked }
}

/** Changes that the server refuses on a live object: it has to be made anew. */
export function mustBeMadeAnew(kind: string, paths: readonly string[]): boolean {
  const frozen = immutable[kind] ?? []
  return paths.some((path) => frozen.some((prefix) => path === prefix || path.startsWith(`${prefix}.`)))
}

const immutable: Record<string, readonly string[]> = {
  Deployment: ['spec.selector'],
  Job: [
    'spec.template',
    'spec.completions',
    'spec.completionMode',
    'spec.manualSelector',
    'spec.podReplacementPolicy',
  ],
  RoleBinding: ['roleRef'],
  Secret: ['type', 'immutable'],
  ConfigMap: ['immutable'],
  Service: ['spec.clusterIP'],
}
