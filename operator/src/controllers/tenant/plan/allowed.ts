import { type TenantClassSpec } from '../../../api/v1alpha1/tenant-class.ts'
import { type Finding } from '../reasons.ts'

/** What the class does not allow; said at the door by policy too, where that is not switched off. */
export function notAllowed(
  className: string,
  { allowedNamespaces, allowedHosts }: TenantClassSpec,
  { namespace, host }: { namespace: string; host: string },
): Finding | undefined {
  if (allowedNamespaces && !allowedNamespaces.includes(namespace)) {
    return {
      reason: 'NotAllowedByClass',
      message: `KiaviTenantClass ${className} does not admit namespace ${namespace}. Ask who runs the platform to add it to spec.allowedNamespaces, or use another class.`,
    }
  }
  if (allowedHosts && !allowedHosts.some((domain) => host === domain || host.endsWith(`.${domain}`))) {
    return {
      reason: 'NotAllowedByClass',
      message: `KiaviTenantClass ${className} does not admit host ${host}: it must be one of, or lie below, ${allowedHosts.slice(0, 10).join(', ')}. Change spec.host, or have spec.allowedHosts of the class extended.`,
    }
  }
  return undefined
}
