/** What gives us which binary: where it is published, and how it is built where nothing can be downloaded. */
import { versions } from './versions.ts'

export interface Download {
  url: string
  /** A published file that holds the SHA-256, by itself or in lines of "hash  file name". */
  checksumUrl: string
  /** Absent: the file is the binary itself. Otherwise the folder inside the archive that holds the binaries. */
  archive?: { folder: string }
}

export interface Tool {
  version: string
  binaries: readonly string[]
  downloads(arch: 'amd64' | 'arm64'): readonly Download[]
  build: {
    /** Folder under go/ with go.mod and go.sum. */
    module: string
    /** Binary -> package to build. Binaries that are missing here are links to the first one. */
    packages: Readonly<Record<string, string>>
    tags?: readonly string[]
    ldflags?: readonly string[]
    /** On two cores, with an empty build cache. */
    usualMinutes: number
  }
}

const github = (project: string, version: string, file: string) =>
  `https://github.com/${project}/releases/download/v${version}/${file}`

const [kubeMajor = '', kubeMinor = ''] = versions.kubernetes.split('.')
const stamp = (name: string, value: string) => `-X k8s.io/component-base/version.${name}=${value}`
const components = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'kubectl',
] as const

export const tools = {
  kubernetes: {
    version: versions.kubernetes,
    binaries: components,
    downloads: (arch) =>
      components.map((binary) => {
        const url = `https://dl.k8s.io/release/v${versions.kubernetes}/bin/linux/${arch}/${binary}`
        return { url, checksumUrl: `${url}.sha256` }
      }),
    build: {
      module: 'kube',
      packages: { kube: '.' },
      ldflags: [
        stamp('gitVersion', `v${versions.kubernetes}`),
        stamp('gitMajor', kubeMajor),
        stamp('gitMinor', kubeMinor),
      ],
      usualMinutes: 8,
    },
  },
  etcd: {
    version: versions.etcd,
    binaries: ['etcd'],
    downloads: (arch) => {
      const folder = `etcd-v${versions.etcd}-linux-${arch}`
      return [
        {
          url: github('etcd-io/etcd', versions.etcd, `${folder}.tar.gz`),
          checksumUrl: github('etcd-io/etcd', versions.etcd, 'SHA256SUMS'),
          archive: { folder },
        },
      ]
    },
    build: { module: 'etcd', packages: { etcd: 'go.etcd.io/etcd/server/v3' }, usualMinutes: 1 },
  },
  containerd: {
    version: versions.containerd,
    binaries: ['containerd', 'containerd-shim-runc-v2', 'ctr'],
    downloads: (arch) => {
      const url = github(
        'containerd/containerd',
        versions.containerd,
        `containerd-static-${versions.containerd}-linux-${arch}.tar.gz`,
      )
      return [{ url, checksumUrl: `${url}.sha256sum`, archive: { folder: 'bin' } }]
    },
    build: {
      module: 'containerd',
      packages: {
        containerd: 'github.com/containerd/containerd/v2/cmd/containerd',
        'containerd-shim-runc-v2': 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
        ctr: 'github.com/containerd/containerd/v2/cmd/ctr',
      },
      tags: ['no_btrfs', 'no_devmapper', 'no_zfs', 'no_aufs'],
      usualMinutes: 2,
    },
  },
  cni: {
    version: versions.cni,
    binaries: ['bridge', 'host-local', 'loopback', 'portmap'],
    downloads: (arch) => {
      const url = github(
        'containernetworking/plugins',
        versions.cni,
        `cni-plugins-linux-${arch}-v${versions.cni}.tgz`,
      )
      return [{ url, checksumUrl: `${url}.sha256`, archive: { folder: '.' } }]
    },
    build: {
      module: 'cni',
      packages: {
        bridge: 'github.com/containernetworking/plugins/plugins/main/bridge',
        'host-local': 'github.com/containernetworking/plugins/plugins/ipam/host-local',
        loopback: 'github.com/containernetworking/plugins/plugins/main/loopback',
        portmap: 'github.com/containernetworking/plugins/plugins/meta/portmap',
      },
      usualMinutes: 0.5,
    },
  },
  coredns: {
    version: versions.coredns,
    binaries: ['coredns'],
    downloads: (arch) => {
      const url = github('coredns/coredns', versions.coredns, `coredns_${versions.coredns}_linux_${arch}.tgz`)
      return [{ url, checksumUrl: `${url}.sha256`, archive: { folder: '.' } }]
    },
    build: { module: 'coredns', packages: { coredns: '.' }, usualMinutes: 1.5 },
  },
  helm: {
    version: versions.helm,
    binaries: ['helm'],
    downloads: (arch) => {
      const url = `https://get.helm.sh/helm-v${versions.helm}-linux-${arch}.tar.gz`
      return [{ url, checksumUrl: `${url}.sha256sum`, archive: { folder: `linux-${arch}` } }]
    },
    build: {
      module: 'helm',
      packages: { helm: 'helm.sh/helm/v4/cmd/helm' },
      ldflags: [`-X helm.sh/helm/v4/internal/version.version=v${versions.helm}`],
      usualMinutes: 3,
    },
  },
  'envoy-gateway': {
    version: versions.envoyGateway,
    binaries: ['envoy-gateway'],
    // Its releases carry an image and a CLI, not the controller's binary.
    downloads: () => [],
    build: {
      module: 'envoy-gateway',
      packages: { 'envoy-gateway': 'github.com/envoyproxy/gateway/cmd/envoy-gateway' },
      usualMinutes: 4,
    },
  },
  versitygw: {
    version: versions.versitygw,
    binaries: ['versitygw'],
    downloads: (arch) => {
      const folder = `versitygw_v${versions.versitygw}_Linux_${arch === 'amd64' ? 'x86_64' : 'arm64'}`
      return [
        {
          url: github('versity/versitygw', versions.versitygw, `${folder}.tar.gz`),
          checksumUrl: github('versity/versitygw', versions.versitygw, 'checksums.txt'),
          archive: { folder },
        },
      ]
    },
    build: {
      module: 'versitygw',
      packages: { versitygw: 'github.com/versity/versitygw/cmd/versitygw' },
      usualMinutes: 1.5,
    },
  },
} as const satisfies Record<string, Tool>

export type ToolName = keyof typeof tools
