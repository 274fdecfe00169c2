import { apiVersion as kiavi } from '../api/v1alpha1/names.ts'
import { type ResourceKind } from './port.ts'

const namespaced = (apiVersion: string, kind: string, plural: string): ResourceKind => ({
  apiVersion,
  kind,
  plural,
  namespaced: true,
})
const clusterWide = (apiVersion: string, kind: string, plural: string): ResourceKind => ({
  apiVersion,
  kind,
  plural,
  namespaced: false,
})

/** Every kind that the operator touches. */
export const kinds = {
  Namespace: clusterWide('v1', 'Namespace', 'namespaces'),
  Secret: namespaced('v1', 'Secret', 'secrets'),
  ConfigMap: namespaced('v1', 'ConfigMap', 'configmaps'),
  Service: namespaced('v1', 'Service', 'services'),
  ServiceAccount: namespaced('v1', 'ServiceAccount', 'serviceaccounts'),
  Pod: namespaced('v1', 'Pod', 'pods'),
  Event: namespaced('events.k8s.io/v1', 'Event', 'events'),
  Deployment: namespaced('apps/v1', 'Deployment', 'deployments'),
  Job: namespaced('batch/v1', 'Job', 'jobs'),
  PodDisruptionBudget: namespaced('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  NetworkPolicy: namespaced('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  Ingress: namespaced('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  IngressClass: clusterWide('networking.k8s.io/v1', 'IngressClass', 'ingressclasses'),
  HTTPRoute: namespaced('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes'),
  RoleBinding: namespaced('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  Lease: namespaced('coordination.k8s.io/v1', 'Lease', 'leases'),
  EndpointSlice: namespaced('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  CustomResourceDefinition: clusterWide(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
  ),
  KiaviTenantClass: clusterWide(kiavi, 'KiaviTenantClass', 'kiavitenantclasses'),
  KiaviTenant: namespaced(kiavi, 'KiaviTenant', 'kiavitenants'),
  KiaviAdoption: clusterWide(kiavi, 'KiaviAdoption', 'kiaviadoptions'),
  KiaviBackup: namespaced(kiavi, 'KiaviBackup', 'kiavibackups'),
  KiaviRestore: namespaced(kiavi, 'KiaviRestore', 'kiavirestores'),
} as const satisfies Record<string, ResourceKind>
