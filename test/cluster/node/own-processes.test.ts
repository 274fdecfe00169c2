import { describe, expect, it } from 'vitest'
import { isOwn } from './own-processes.ts'

const plan = { folder: '/cache/clusters/one', runFolder: '/run/kiavi/one' }

const rows: { argv: string[]; cwd?: string; own: boolean; because: string }[] = [
  {
    argv: ['/bin/containerd', '--config', '/cache/clusters/one/node/containerd.toml'],
    own: true,
    because: 'its configuration is ours',
  },
  {
    argv: ['containerd-shim-runc-v2', '-address', '/run/kiavi/one/containerd.sock'],
    own: true,
    because: 'a shim talks to our containerd',
  },
  {
    argv: ['containerd-shim-runc-v2', '-address', '/run/kiavi/one-more/containerd.sock'],
    own: false,
    because: 'another cluster has a longer name',
  },
  {
    argv: ['containerd-shim-runc-v2', '-address', '/run/containerd/containerd.sock'],
    own: false,
    because: 'the machine may run a containerd of its own',
  },
  { argv: ['/bin/etcd'], cwd: '/cache/clusters/one', own: true, because: 'it works in our folder' },
  { argv: ['sleep', 'infinity'], cwd: '/cache/clusters/one', own: true, because: 'it holds the namespace' },
  { argv: ['sleep', 'infinity'], cwd: '/root', own: false, because: 'anybody may sleep' },
  {
    argv: ['kubectl', '--kubeconfig', '/cache/clusters/one/kubeconfigs/admin.kubeconfig'],
    own: false,
    because: 'a person may be using the cluster',
  },
  { argv: ['bash'], cwd: '/cache/clusters/one', own: false, because: 'a person may be in the folder' },
  {
    argv: ['less', '/cache/clusters/one/logs/kubelet.log'],
    own: false,
    because: 'a person may be reading a log',
  },
  {
    argv: ['/bin/node', '/src/network-policy/main.ts', '/cache/clusters/one/node/x.kubeconfig'],
    own: true,
    because: 'the enforcer is a Node program of ours',
  },
  {
    argv: ['/bin/node', '/src/operator/main.ts', '--kubeconfig', '/cache/clusters/one/kubeconfigs/x'],
    own: false,
    because: 'an operator outside of the cluster is not part of it',
  },
]

describe('isOwn', () => {
  it.each(rows)('$own: $because', ({ argv, cwd = '/', own }) => {
    expect(isOwn({ pid: 1, argv, cwd }, plan)).toBe(own)
  })
})
