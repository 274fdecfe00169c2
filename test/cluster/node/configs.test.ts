import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { cniConfig, containerdConfig, kubeletConfig, proxyConfig } from './configs.ts'
import { planNode } from './plan.ts'

const plan = planNode('one', 3, '/cache/clusters/one')

describe('planNode', () => {
  it('gives two clusters side by side nothing in common', () => {
    const other = planNode('two', 4, '/cache/clusters/two')
    const values = new Set(Object.values(plan))
    expect(Object.values(other).filter((value) => values.has(value))).toEqual([])
  })

  it('keeps sockets short: a path of 108 bytes is too long for the kernel', () => {
    const longest = planNode('a'.repeat(32), 63, '/cache')
    expect(`${longest.runFolder}/containerd/containerd.sock.ttrpc`.length).toBeLessThan(108)
    // 15 characters name a link.
    expect(longest.link.length).toBeLessThanOrEqual(15)
  })
})

describe('containerdConfig', () => {
  const text = containerdConfig(plan, {
    pauseImage: 'localhost/kiavi/pause:1',
    cniFolder: '/cni',
    runc: '/sbin/runc',
  })

  it('works without CAP_SYS_RESOURCE, which a container of this machine may lack', () => {
    expect(text).toContain('restrict_oom_score_adj = true')
  })

  it('keeps everything below its two folders, where down finds it', () => {
    const paths = [...text.matchAll(/'(\/[^']*)'/g)].map(([, path]) => path!)
    const given = new Set(['/cni', '/sbin/runc'])
    const stray = paths.filter(
      (path) => !given.has(path) && !path.startsWith(plan.folder) && !path.startsWith(plan.runFolder),
    )
    expect(stray).toEqual([])
  })
})

describe('kubeletConfig', () => {
  const config = parse(kubeletConfig(plan)) as Record<string, unknown>

  it('runs on cgroup v1 and never pulls or removes an image by itself', () => {
    expect(config).toMatchObject({ failCgroupV1: false, imageGCHighThresholdPercent: 100, oomScoreAdj: 0 })
  })

  it('answers nobody who has not shown who he is', () => {
    expect(config).toMatchObject({
      authentication: { anonymous: { enabled: false }, webhook: { enabled: true } },
      authorization: { mode: 'Webhook' },
    })
  })
})

describe('proxyConfig', () => {
  it('uses nftables and leaves the limits of this machine alone', () => {
    expect(parse(proxyConfig(plan))).toMatchObject({
      mode: 'nftables',
      conntrack: { maxPerCore: 0, min: 0 },
      clusterCIDR: '',
    })
  })
})

describe('cniConfig', () => {
  it('gives pods addresses of the range of this cluster', () => {
    expect(cniConfig(plan)).toContain('"subnet": "10.244.3.0/24"')
  })
})
