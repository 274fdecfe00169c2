/** Registers a Node, keeps its Lease, and takes it away again. */
import { type KubeClient } from '../kube-client.ts'

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
const leaseSeconds = 40

/** RFC 3339 with microseconds, as Leases have it. */
const microTime = () => new Date().toISOString().replace('Z', '000Z')

const lease = (name: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace: 'kube-node-lease' },
  spec: { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime: microTime() },
})

export async function registerNode(client: KubeClient, name: string, podCIDR: string): Promise<void> {
  await client.call('POST', '/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
    spec: { podCIDR, podCIDRs: [podCIDR] },
  })
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const resources = { cpu: '64', memory: '64Gi', pods: '253', 'ephemeral-storage': '64Gi' }
  await client.call('PATCH', `/api/v1/nodes/${name}/status`, {
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'ProcessKubeletReady',
          message: 'pods run as processes of this machine',
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
    },
  })
  await client.call('POST', leasePath, lease(name))
}

/** Says that the node lives; to be called every 10 s. */
export const renewNode = (client: KubeClient, name: string) =>
  client.call('PATCH', `${leasePath}/${name}`, { spec: lease(name).spec })

/** Its pods are then collected by the controllers. */
export async function removeNode(client: KubeClient, name: string): Promise<void> {
  await client.call('DELETE', `/api/v1/nodes/${name}`)
}
