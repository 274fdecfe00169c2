import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { goBuildArgs } from './go-build.ts'
import { tools } from './tools.ts'

describe('goBuildArgs', () => {
  it('builds each binary from its package, without paths of this machine inside', () => {
    const [containerd, ...more] = goBuildArgs(tools.containerd, '/to')
    expect(more).toHaveLength(2)
    expect(containerd).toEqual([
      'build',
      '-C',
      expect.stringMatching(/\/go\/containerd$/),
      '-trimpath',
      '-buildvcs=false',
      '-tags=no_btrfs,no_devmapper,no_zfs,no_aufs',
      '-ldflags=-s -w',
      '-o',
      '/to/containerd',
      'github.com/containerd/containerd/v2/cmd/containerd',
    ])
  })

  it('stamps the version of Kubernetes, which clients ask for', () => {
    expect(goBuildArgs(tools.kubernetes, '/to')[0]!.join(' ')).toContain('version.gitVersion=v1.36.3')
  })
})

describe('the Go modules', () => {
  const file = (module: string, name: string) =>
    fileURLToPath(new URL(`go/${module}/${name}`, import.meta.url))
  const inGoMod: Record<keyof typeof tools, string> = {
    kubernetes: `k8s.io/kubernetes v${tools.kubernetes.version}`,
    etcd: `go.etcd.io/etcd/server/v3 v${tools.etcd.version}`,
    containerd: `github.com/containerd/containerd/v2 v${tools.containerd.version}`,
    cni: `github.com/containernetworking/plugins v${tools.cni.version}`,
    coredns: `github.com/coredns/coredns v${tools.coredns.version}`,
    helm: `helm.sh/helm/v4 v${tools.helm.version}`,
    'envoy-gateway': `github.com/envoyproxy/gateway v${tools['envoy-gateway'].version}`,
    versitygw: `github.com/versity/versitygw v${tools.versitygw.version}`,
  }
  it.each(Object.entries(inGoMod))('pin the version that the table names: %s', (name, line) => {
    const { module } = tools[name as keyof typeof tools].build
    expect(readFileSync(file(module, 'go.mod'), 'utf8')).toContain(line)
    expect(existsSync(file(module, 'go.sum'))).toBe(true)
  })
})
