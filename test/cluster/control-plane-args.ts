/** The command lines of the control plane: pure, so that a test can read them. */
import { isIP } from 'node:net'
import { join } from 'node:path'
import { stringify } from 'yaml'

export interface ControlPlaneSettings {
  folder: string
  /** What the API server binds and says that it is. */
  address: string
  port: number
  etcdPort: number
  etcdPeerPort: number
  serviceCidr: string
  /** Given: nodes get their pod ranges from it. */
  podCidr?: string
}

export type Component = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler'

/** Every file of the control plane inside its folder. */
export const layout = (folder: string) => {
  const pki = (name: string) => join(folder, 'pki', name)
  return {
    ca: pki('ca.crt'),
    caKey: pki('ca.key'),
    cert: (name: string) => pki(`${name}.crt`),
    key: (name: string) => pki(`${name}.key`),
    serviceAccountKey: pki('service-account.key'),
    serviceAccountPublicKey: pki('service-account.pub'),
    kubeconfig: (name: string) => join(folder, 'kubeconfigs', `${name}.kubeconfig`),
    log: (name: string) => join(folder, 'logs', `${name}.log`),
    etcdData: join(folder, 'etcd'),
    auditPolicy: join(folder, 'audit-policy.yaml'),
    auditLog: join(folder, 'logs', 'audit.jsonl'),
    state: join(folder, 'control-plane.json'),
  }
}

/** Who did what to which object, for every request; never a body, so never a Secret's content. */
export const auditPolicy = stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
})

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.')

/** The first address of the service range: what pods know the API server by. */
export function firstServiceAddress(serviceCidr: string): string {
  const [network = ''] = serviceCidr.split('/')
  if (isIP(network) !== 4) throw new Error(`The service range ${serviceCidr} is not an IPv4 range.`)
  return network.replace(/\d+$/, (last) => String(Number(last) + 1))
}

export function componentArgs(component: Component, settings: ControlPlaneSettings): string[] {
  const files = layout(settings.folder)
  const etcd = `https://127.0.0.1:${settings.etcdPort}`
  const peer = `https://127.0.0.1:${settings.etcdPeerPort}`
  switch (component) {
    case 'etcd':
      return [
        '--name=kiavi',
        `--data-dir=${files.etcdData}`,
        `--listen-client-urls=${etcd}`,
        `--advertise-client-urls=${etcd}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=kiavi=${peer}`,
        '--client-cert-auth',
        '--peer-client-cert-auth',
        `--trusted-ca-file=${files.ca}`,
        `--cert-file=${files.cert('etcd')}`,
        `--key-file=${files.key('etcd')}`,
        `--peer-trusted-ca-file=${files.ca}`,
        `--peer-cert-file=${files.cert('etcd')}`,
        `--peer-key-file=${files.key('etcd')}`,
        // A test cluster need not survive a power cut, and a slow disk must not slow it.
        '--unsafe-no-fsync',
        '--log-level=warn',
      ]
    case 'kube-apiserver':
      return [
        `--bind-address=${settings.address}`,
        `--secure-port=${settings.port}`,
        `--advertise-address=${settings.address}`,
        // Endpoints cannot hold a loopback address; without pods nobody needs the kubernetes Service.
        ...(isLoopback(settings.address) ? ['--endpoint-reconciler-type=none'] : []),
        `--etcd-servers=${etcd}`,
        `--etcd-cafile=${files.ca}`,
        `--etcd-certfile=${files.cert('etcd-client')}`,
        `--etcd-keyfile=${files.key('etcd-client')}`,
        `--tls-cert-file=${files.cert('kube-apiserver')}`,
        `--tls-private-key-file=${files.key('kube-apiserver')}`,
        `--client-ca-file=${files.ca}`,
        '--anonymous-auth=false',
        // As everywhere: Pod Security decides, not this switch.
        '--allow-privileged=true',
        '--authorization-mode=Node,RBAC',
        '--enable-admission-plugins=NodeRestriction',
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-signing-key-file=${files.serviceAccountKey}`,
        `--service-account-key-file=${files.serviceAccountPublicKey}`,
        `--service-cluster-ip-range=${settings.serviceCidr}`,
        `--kubelet-client-certificate=${files.cert('kubelet-client')}`,
        `--kubelet-client-key=${files.key('kubelet-client')}`,
        `--kubelet-certificate-authority=${files.ca}`,
        '--kubelet-preferred-address-types=InternalIP',
        `--audit-policy-file=${files.auditPolicy}`,
        `--audit-log-path=${files.auditLog}`,
        // MB: a proof reads one whole file, so it is not rotated.
        '--audit-log-maxsize=10000',
        '--profiling=false',
      ]
    case 'kube-controller-manager':
      return [
        `--kubeconfig=${files.kubeconfig('kube-controller-manager')}`,
        '--use-service-account-credentials',
        `--service-account-private-key-file=${files.serviceAccountKey}`,
        `--root-ca-file=${files.ca}`,
        `--cluster-signing-cert-file=${files.ca}`,
        `--cluster-signing-key-file=${files.caKey}`,
        ...(settings.podCidr === undefined
          ? []
          : [
              '--allocate-node-cidrs',
              `--cluster-cidr=${settings.podCidr}`,
              `--service-cluster-ip-range=${settings.serviceCidr}`,
            ]),
        '--leader-elect=false',
        '--secure-port=0',
        '--kube-api-qps=200',
        '--kube-api-burst=300',
        '--profiling=false',
      ]
    case 'kube-scheduler':
      return [
        `--kubeconfig=${files.kubeconfig('kube-scheduler')}`,
        '--leader-elect=false',
        '--secure-port=0',
        '--kube-api-qps=200',
        '--kube-api-burst=300',
        '--profiling=false',
      ]
  }
}
