import { child } from '../../../api/v1alpha1/names.ts'
import { type Observed, childKey } from '../observed.ts'
import { type Finding } from '../reasons.ts'
import { type Rendering } from '../rendering.ts'

/** True of the endpoint: the gateway took the route, or there is an Ingress controller to take it. */
export function checkEndpoint({ class: tenantClass, spec }: Rendering, seen: Observed): Finding | undefined {
  const { gateway, ingress } = tenantClass
  if (gateway) return checkRoute(gateway, spec.host, seen)
  if (ingress) return checkIngress(ingress.className, seen)
  const message =
    'The KiaviTenantClass names neither gateway nor ingress, so nobody can reach the tenant. Set one of them.'
  return { reason: 'NoExposure', message }
}

function checkRoute(
  gateway: NonNullable<Rendering['class']['gateway']>,
  host: string,
  { children, missingKinds }: Observed,
): Finding | undefined {
  const name = `${gateway.namespace}/${gateway.name}`
  if (missingKinds.has('HTTPRoute')) {
    const message = `The class exposes tenants through Gateway ${name}, but this cluster does not know HTTPRoute. Install the Gateway API, or let the class name an ingress.`
    return { reason: 'GatewayApiMissing', message }
  }
  const parents = children.get(childKey('HTTPRoute', child.runtime))?.facts.route?.parents ?? []
  const theirs = parents.filter((parent) => parent.gateway === name)
  if (theirs.length > 0 && theirs.every(({ accepted, resolved }) => accepted && resolved)) return undefined
  const state = theirs
    .map(({ message }) => message)
    .filter((text) => text !== '')
    .join('; ')
  const said = state === '' ? 'its controller has not answered yet, which usually takes a few seconds' : state
  const message = `Gateway ${name} has not accepted the route for ${host}: ${said}. Its listener must admit namespaces labelled kiavi.eu/managed-by=kiavi-operator and fit the host.`
  return { reason: 'RouteNotAccepted', message }
}

function checkIngress(className: string, { children, ingressClassExists }: Observed): Finding | undefined {
  const addresses = children.get(childKey('Ingress', child.runtime))?.facts.ingress?.addresses
  if (addresses !== undefined && (addresses > 0 || ingressClassExists)) return undefined
  if (ingressClassExists) {
    return { reason: 'RouteNotAccepted', message: 'The Ingress is being made; this usually takes a second.' }
  }
  const message = `IngressClass ${className}, which the KiaviTenantClass names, does not exist. Install its controller, or correct ingress.className of the class.`
  return { reason: 'IngressClassNotFound', message }
}
