import { annotation, label, manager, tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { type ObjectMeta } from '../../../kube/port.ts'
import { type Rendering } from '../rendering.ts'

export type Component =
  'runtime' | 'migrate' | 'isolation' | 'access' | 'claim' | 'master' | 'backup' | 'restore' | 'aside'

/** Labels of every object that belongs to a tenant. */
export const tenantLabels = (tenantID: string, component: Component): Record<string, string> => ({
  [label.component]: component,
  [label.tenantID]: tenantID,
  'app.kubernetes.io/instance': tenantID,
  'app.kubernetes.io/managed-by': manager,
  'app.kubernetes.io/name': 'kiavi-runtime',
  'app.kubernetes.io/part-of': 'kiavi',
})

/** What selects a tenant's pods of one component: labels that never change. */
export const podSelector = (tenantID: string, component: Component): Record<string, string> => ({
  [label.component]: component,
  [label.tenantID]: tenantID,
})

export const ownerAnnotation = ({ namespace, name }: Rendering['owner']) => ({
  [annotation.owner]: `${namespace}/${name}`,
})

/** Metadata of an object in the tenant's namespace. */
export const childMeta = (
  { tenantID, owner }: Pick<Rendering, 'tenantID' | 'owner'>,
  name: string,
  component: Component,
): ObjectMeta & { namespace: string } => ({
  name,
  namespace: tenantNamespace(tenantID),
  labels: tenantLabels(tenantID, component),
  annotations: ownerAnnotation(owner),
})
