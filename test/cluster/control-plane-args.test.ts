import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { auditPolicy, type Component, componentArgs, firstServiceAddress } from './control-plane-args.ts'

const settings = {
  folder: '/state',
  address: '127.0.0.1',
  port: 6443,
  etcdPort: 2379,
  etcdPeerPort: 2380,
  serviceCidr: '10.96.0.0/16',
}

describe('componentArgs', () => {
  it.each<{ because: string; component: Component; has: string }>([
    { because: 'nobody is anonymous', component: 'kube-apiserver', has: '--anonymous-auth=false' },
    {
      because: 'rights are given by roles',
      component: 'kube-apiserver',
      has: '--authorization-mode=Node,RBAC',
    },
    {
      because: 'every request is written down',
      component: 'kube-apiserver',
      has: '--audit-log-path=/state/logs/audit.jsonl',
    },
    { because: 'etcd asks for a certificate', component: 'etcd', has: '--client-cert-auth' },
    {
      because: 'etcd listens on loopback only',
      component: 'etcd',
      has: '--listen-client-urls=https://127.0.0.1:2379',
    },
    { because: 'a disk flush is not worth its time here', component: 'etcd', has: '--unsafe-no-fsync' },
    {
      because: 'each controller has the rights of its own account',
      component: 'kube-controller-manager',
      has: '--use-service-account-credentials',
    },
    { because: 'nothing else listens', component: 'kube-controller-manager', has: '--secure-port=0' },
    { because: 'nothing else listens', component: 'kube-scheduler', has: '--secure-port=0' },
  ])('$component has $has: $because', ({ component, has }) => {
    expect(componentArgs(component, settings)).toContain(has)
  })

  it.each([
    { address: '127.0.0.1', without: true, because: 'endpoints cannot hold a loopback address' },
    { address: '10.99.0.1', without: false, because: 'pods ask for the kubernetes Service' },
  ])('at $address keeps no endpoints of itself: $without, because $because', ({ address, without }) => {
    const args = componentArgs('kube-apiserver', { ...settings, address })
    expect(args.includes('--endpoint-reconciler-type=none')).toBe(without)
    expect(args).toContain(`--bind-address=${address}`)
  })

  it('gives nodes their pod ranges only where there is a range', () => {
    expect(componentArgs('kube-controller-manager', settings)).not.toContain('--allocate-node-cidrs')
    const ranged = componentArgs('kube-controller-manager', { ...settings, podCidr: '10.244.0.0/16' })
    expect(ranged).toContain('--cluster-cidr=10.244.0.0/16')
  })
})

describe('auditPolicy', () => {
  it('has one rule, and it never writes a body', () => {
    expect((parse(auditPolicy) as { rules: unknown }).rules).toEqual([{ level: 'Metadata' }])
  })
})

describe('firstServiceAddress', () => {
  it.each([
    ['10.96.0.0/16', '10.96.0.1'],
    ['10.96.4.128/25', '10.96.4.129'],
  ])('of %s is %s', (cidr, address) => {
    expect(firstServiceAddress(cidr)).toBe(address)
  })
  it('is asked of IPv4 ranges only', () => {
    expect(() => firstServiceAddress('fd00::/108')).toThrow('not an IPv4 range')
  })
})
