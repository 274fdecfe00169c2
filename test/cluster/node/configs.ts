/** The configuration files of the node's programs: pure, so that a test can read them. */
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type NodePlan } from './plan.ts'

export interface NodeFiles {
  containerdSocket: string
  containerdConfig: string
  cniConfig: string
  kubeletConfig: string
  kubeletRoot: string
  podLogs: string
  proxyConfig: string
  resolvConf: string
  ca: string
  cert: (name: string) => string
  key: (name: string) => string
  kubeconfig: (name: string) => string
  log: (name: string) => string
  state: string
}

export const nodeFiles = ({ folder, runFolder }: Pick<NodePlan, 'folder' | 'runFolder'>): NodeFiles => ({
  containerdSocket: join(runFolder, 'containerd.sock'),
  containerdConfig: join(folder, 'node', 'containerd.toml'),
  cniConfig: join(folder, 'node', 'cni'),
  kubeletConfig: join(folder, 'node', 'kubelet.yaml'),
  kubeletRoot: join(folder, 'kubelet'),
  podLogs: join(folder, 'pod-logs'),
  proxyConfig: join(folder, 'node', 'kube-proxy.yaml'),
  resolvConf: join(folder, 'node', 'resolv.conf'),
  ca: join(folder, 'node', 'ca.crt'),
  cert: (name) => join(folder, 'node', `${name}.crt`),
  key: (name) => join(folder, 'node', `${name}.key`),
  kubeconfig: (name) => join(folder, 'node', `${name}.kubeconfig`),
  log: (name) => join(folder, 'logs', `${name}.log`),
  state: join(folder, 'node.json'),
})

export interface ContainerdInputs {
  pauseImage: string
  cniFolder: string
  runc: string
}

export function containerdConfig(plan: NodePlan, { pauseImage, cniFolder, runc }: ContainerdInputs): string {
  const files = nodeFiles(plan)
  const runtime = "plugins.'io.containerd.cri.v1.runtime'"
  return `version = 3
root = '${join(plan.folder, 'containerd')}'
state = '${join(plan.runFolder, 'containerd')}'
# Plugins that write outside of our folders, and that nothing here uses.
disabled_plugins = ['io.containerd.nri.v1.nri', 'io.containerd.internal.v1.opt', 'io.containerd.internal.v1.tracing']

[grpc]
address = '${files.containerdSocket}'

[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '${pauseImage}'

[${runtime}]
# Without CAP_SYS_RESOURCE runc may not lower a score, and says only that it lost its child.
restrict_oom_score_adj = true
# So that they are found, and unmounted, with the rest.
netns_mounts_under_state_dir = true
enable_unprivileged_ports = true

[${runtime}.containerd]
default_runtime_name = 'runc'

[${runtime}.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'

[${runtime}.containerd.runtimes.runc.options]
BinaryName = '${runc}'
Root = '${join(plan.runFolder, 'runc')}'
SystemdCgroup = false

[${runtime}.cni]
bin_dirs = ['${cniFolder}']
conf_dir = '${files.cniConfig}'
`
}

/** A bridge with an address of each pod's range, and ports of the node where a pod asks for one. */
export const cniConfig = (plan: NodePlan): string =>
  JSON.stringify(
    {
      cniVersion: '1.0.0',
      name: 'kiavi',
      plugins: [
        {
          type: 'bridge',
          bridge: 'pods',
          isGateway: true,
          // Pods keep their addresses: this machine has a route back to them.
          ipMasq: false,
          hairpinMode: true,
          ipam: {
            type: 'host-local',
            dataDir: join(plan.runFolder, 'cni'),
            ranges: [[{ subnet: plan.podCidr }]],
            routes: [{ dst: '0.0.0.0/0' }],
          },
        },
        { type: 'portmap', backend: 'nftables', capabilities: { portMappings: true } },
      ],
    },
    undefined,
    2,
  )

export function kubeletConfig(plan: NodePlan): string {
  const files = nodeFiles(plan)
  return stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: plan.nodeAddress,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: files.ca },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: files.cert('kubelet'),
    tlsPrivateKeyFile: files.key('kubelet'),
    containerRuntimeEndpoint: `unix://${files.containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${plan.cgroup}`,
    // Since 1.35 the default refuses cgroup v1.
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    clusterDomain: 'cluster.local',
    clusterDNS: [plan.dnsAddress],
    resolvConf: files.resolvConf,
    podLogsDir: files.podLogs,
    volumePluginDir: join(plan.folder, 'kubelet-plugins'),
    // No image can be pulled again: none may be collected.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: {
      'memory.available': '64Mi',
      'nodefs.available': '1%',
      'nodefs.inodesFree': '1%',
      'imagefs.available': '1%',
      'imagefs.inodesFree': '1%',
    },
    serializeImagePulls: false,
    // Many pods on one small machine: the default of 5 a second makes a rollout wait.
    eventRecordQPS: 50,
    kubeAPIQPS: 100,
    kubeAPIBurst: 200,
  })
}

export function proxyConfig(plan: NodePlan): string {
  const files = nodeFiles(plan)
  return stringify({
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    bindAddress: plan.nodeAddress,
    hostnameOverride: plan.nodeName,
    clientConnection: { kubeconfig: files.kubeconfig('kube-proxy') },
    // No range: whoever comes from outside keeps the address that he came with.
    clusterCIDR: '',
    conntrack: { maxPerCore: 0, min: 0 },
    metricsBindAddress: '127.0.0.1:10249',
    oomScoreAdj: 0,
  })
}
