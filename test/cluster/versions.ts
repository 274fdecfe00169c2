/** Every version that the test cluster is made of, in one place. The Go modules under go/ pin the same ones. */
export const versions = {
  kubernetes: '1.36.3',
  etcd: '3.6.16',
  containerd: '2.2.9',
  cni: '1.9.1',
  coredns: '1.15.0',
  helm: '4.3.1',
  envoyGateway: '1.9.1',
  /** The one that this Envoy Gateway is built for, and brings the definitions of. */
  gatewayApi: '1.6.1',
  versitygw: '1.8.0',
} as const
