/** A small web server as a person would deploy it: restricted, two replicas, a Service. */
const labels = (app: string) => ({ app })

export const restrictedNamespace = (name: string, more: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted', ...more } },
})

export const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

const server = `
const answer = (request, response) => response.end(process.env.HOSTNAME + ' ' + (request.headers.host ?? ''))
require('node:http').createServer(answer).listen(8080, () => console.log('listening'))
process.on('SIGTERM', () => process.exit(0))
`

export const webDeployment = (namespace: string, image: string, replicas = 2) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace },
  spec: {
    replicas,
    selector: { matchLabels: labels('web') },
    template: {
      metadata: { labels: labels('web') },
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        terminationGracePeriodSeconds: 2,
        containers: [
          {
            name: 'web',
            image,
            imagePullPolicy: 'IfNotPresent',
            command: ['/usr/local/bin/node', '-e', server],
            ports: [{ name: 'http', containerPort: 8080 }],
            readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1 },
            securityContext: restricted,
          },
        ],
      },
    },
  },
})

export const webService = (namespace: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace },
  spec: { selector: labels('web'), ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
})

export const route = (namespace: string, host: string, parent: object) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web', namespace },
  spec: { hostnames: [host], parentRefs: [parent], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
})

/** A pod that waits for commands. */
export const probePod = (namespace: string, name: string, image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: labels(name) },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'probe',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['/bin/sleep', '86400'],
        securityContext: restricted,
      },
    ],
  },
})

export const policy = (namespace: string, name: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
})
