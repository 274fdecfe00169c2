import { type KeyPair } from '../pki.ts'

export const names = {
  /** Controller and proxies; a NetworkPolicy lets the proxies in by this. */
  controllerNamespace: 'envoy-gateway-system',
  gatewayNamespace: 'gateway',
  gateway: 'public',
  listener: 'https',
  class: 'envoy',
} as const

/** Domains that the test gateway's certificate covers, one label deep: `auth.acme.test`. */
export const domains = ['acme.test', 'globex.test', 'kiavi.test'] as const

/** Values of Envoy Gateway's chart: its image from this machine, and no webhook that pods would wait for. */
export const chartValues = (image: string) => ({
  global: { images: { envoyGateway: { image, pullPolicy: 'IfNotPresent' } } },
  topologyInjector: { enabled: false },
  config: {
    envoyGateway: {
      gateway: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
      provider: { type: 'Kubernetes', kubernetes: { shutdownManager: { image } } },
      logging: { level: { default: 'warn' } },
    },
  },
})

/** A Gateway whose HTTPS listener takes routes from namespaces that the operator made, and from no others. */
export const gatewayObjects = (envoyImage: string, certificate: KeyPair): object[] => [
  {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyProxy',
    metadata: { name: names.class, namespace: names.controllerNamespace },
    spec: {
      provider: {
        type: 'Kubernetes',
        kubernetes: {
          envoyDeployment: {
            container: { image: envoyImage, resources: { requests: { cpu: '10m', memory: '64Mi' } } },
          },
          // The cluster has no load balancers; its service addresses are routed from this machine.
          envoyService: { type: 'ClusterIP' },
        },
      },
    },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: names.class },
    spec: {
      controllerName: 'gateway.envoyproxy.io/gatewayclass-controller',
      parametersRef: {
        group: 'gateway.envoyproxy.io',
        kind: 'EnvoyProxy',
        name: names.class,
        namespace: names.controllerNamespace,
      },
    },
  },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: names.gatewayNamespace } },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'certificate', namespace: names.gatewayNamespace },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': certificate.cert, 'tls.key': certificate.key },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: names.gateway, namespace: names.gatewayNamespace },
    spec: {
      gatewayClassName: names.class,
      listeners: [
        {
          name: names.listener,
          protocol: 'HTTPS',
          port: 443,
          tls: { mode: 'Terminate', certificateRefs: [{ kind: 'Secret', name: 'certificate' }] },
          allowedRoutes: {
            namespaces: {
              from: 'Selector',
              selector: { matchLabels: { 'kiavi.eu/managed-by': 'kiavi-operator' } },
            },
          },
        },
      ],
    },
  },
]
