import { annotation } from '../../../api/v1alpha1/names.ts'
import { tenantClassSpec } from '../../../api/v1alpha1/tenant-class.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { isMarkedDefault } from '../../tenant-class/default-class.ts'
import { type ClassSeen } from '../observed.ts'
import { type Tenant } from '../tenant.ts'

/** The class of a tenant: pinned in status, else named, else the one default. */
export function findClass(
  { spec, status }: Pick<Tenant, 'spec' | 'status'>,
  classes: readonly KubeObject[],
): ClassSeen {
  const named = status.className ?? spec?.className
  if (named !== undefined) {
    const found = classes.find(({ metadata }) => metadata.name === named)
    if (found) return parse(found)
    const message = `KiaviTenantClass ${named} does not exist. Make it, or name another in spec.className: kubectl get ktc lists those that exist.`
    return { finding: { reason: 'ClassNotFound', message } }
  }
  const [first, ...more] = classes.filter(isMarkedDefault)
  if (!first) {
    const message = `spec.className is not set and no KiaviTenantClass is marked ${annotation.defaultClass}=true. Set one of the two.`
    return { finding: { reason: 'NoDefaultClass', message } }
  }
  if (more.length > 0) {
    const names = [first, ...more].map(({ metadata }) => metadata.name).sort()
    const message = `Several classes are marked ${annotation.defaultClass}=true: ${names.join(', ')}. Unmark all but one, or set spec.className.`
    return { finding: { reason: 'TwoDefaultClasses', message } }
  }
  return parse(first)
}

function parse(object: KubeObject): ClassSeen {
  const parsed = tenantClassSpec.safeParse(object['spec'])
  if (parsed.success) return { name: object.metadata.name, spec: parsed.data }
  const faults = parsed.error.issues
    .map(({ path, message }) => `spec.${path.join('.')}: ${message}`)
    .join('; ')
  const message = `KiaviTenantClass ${object.metadata.name} does not say what this version understands: ${faults}`
  return { finding: { reason: 'ClassUnreadable', message: message.slice(0, 1000) } }
}
