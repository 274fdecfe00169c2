/** Cluster DNS: CoreDNS as the pod that policies expect it to be (kube-system, k8s-app=kube-dns). */
import { chmod, copyFile, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { debianRootFs, nonRoot } from '../images/debian-root-fs.ts'
import { type LocalImage, localImage } from '../images/local-image.ts'

export async function corednsImage(cache: string, binary: string): Promise<LocalImage> {
  const { size, mtimeMs } = await stat(binary)
  return localImage(cache, {
    name: 'coredns',
    ingredients: [`${size}`, `${mtimeMs}`, '1'],
    config: { User: `${nonRoot}:${nonRoot}`, Entrypoint: ['/usr/local/bin/coredns'] },
    fill: async (rootFs) => {
      await debianRootFs(rootFs, ['ca-certificates'])
      await mkdir(join(rootFs, 'usr', 'local', 'bin'), { recursive: true })
      await copyFile(binary, join(rootFs, 'usr', 'local', 'bin', 'coredns'))
      await chmod(join(rootFs, 'usr', 'local', 'bin', 'coredns'), 0o755)
    },
  })
}

// Short lifetimes: a test makes a Service and looks it up at once.
const corefile = `.:53 {
  errors
  health :8080
  ready :8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    ttl 1
  }
  cache {
    success 1024 2
    denial 1024 1
  }
}
`

const labels = { 'k8s-app': 'kube-dns' }
const metadata = (name: string, more: object = {}) => ({ name, namespace: 'kube-system', labels, ...more })
const probe = (path: string, port: number) => ({
  httpGet: { path, port },
  periodSeconds: 1,
  failureThreshold: 30,
})

/** The objects of cluster DNS at an address of the service range. */
export const corednsObjects = (image: string, address: string): object[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata('coredns') },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'system:coredns', labels },
    rules: [
      { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'system:coredns', labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
    subjects: [{ kind: 'ServiceAccount', name: 'coredns', namespace: 'kube-system' }],
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('coredns'), data: { Corefile: corefile } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata('coredns'),
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'coredns',
          // It is the resolver: it must not ask itself.
          dnsPolicy: 'Default',
          priorityClassName: 'system-cluster-critical',
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'coredns',
              image,
              imagePullPolicy: 'IfNotPresent',
              args: ['-conf', '/etc/coredns/Corefile'],
              ports: [
                { name: 'dns', containerPort: 53, protocol: 'UDP' },
                { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
              ],
              readinessProbe: probe('/ready', 8181),
              livenessProbe: probe('/health', 8080),
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
            },
          ],
          volumes: [{ name: 'config', configMap: { name: 'coredns' } }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('kube-dns'),
    spec: {
      clusterIP: address,
      selector: labels,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    },
  },
]
