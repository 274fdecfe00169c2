/** Writes what the control plane reads: certificates, keys, kubeconfigs and the audit policy. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { auditPolicy, type ControlPlaneSettings, firstServiceAddress, layout } from './control-plane-args.ts'
import { kubeconfig } from './kubeconfig.ts'
import {
  type Authority,
  type CertificateRequest,
  createAuthority,
  createSigningKeys,
  type KeyPair,
} from './pki.ts'

export interface WrittenFiles {
  authority: Authority
  admin: KeyPair
  server: string
}

export function writePrivate(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, content, { mode: 0o600 })
}

export async function writeControlPlaneFiles(
  settings: ControlPlaneSettings,
  extraServerNames: readonly string[] = [],
): Promise<WrittenFiles> {
  const files = layout(settings.folder)
  const authority = await createAuthority('kiavi test cluster')
  const server = `https://${settings.address}:${settings.port}`
  const requests: Record<string, CertificateRequest> = {
    etcd: { commonName: 'etcd', ips: ['127.0.0.1'], usage: 'both' },
    'etcd-client': { commonName: 'kube-apiserver-etcd-client', usage: 'client' },
    'kubelet-client': {
      commonName: 'kube-apiserver-kubelet-client',
      organizations: ['system:masters'],
      usage: 'client',
    },
    'kube-apiserver': {
      commonName: 'kube-apiserver',
      dnsNames: [
        'localhost',
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
        ...extraServerNames,
      ],
      ips: [...new Set(['127.0.0.1', settings.address, firstServiceAddress(settings.serviceCidr)])],
      usage: 'server',
    },
  }
  const users: Record<string, CertificateRequest> = {
    admin: { commonName: 'kiavi-admin', organizations: ['system:masters'], usage: 'client' },
    'kube-controller-manager': { commonName: 'system:kube-controller-manager', usage: 'client' },
    'kube-scheduler': { commonName: 'system:kube-scheduler', usage: 'client' },
  }
  writePrivate(files.ca, authority.cert)
  writePrivate(files.caKey, authority.key)
  for (const [name, request] of Object.entries(requests)) {
    const pair = await authority.issue(request)
    writePrivate(files.cert(name), pair.cert)
    writePrivate(files.key(name), pair.key)
  }
  for (const [name, request] of Object.entries(users)) {
    const pair = await authority.issue(request)
    if (name === 'admin') {
      writePrivate(files.cert(name), pair.cert)
      writePrivate(files.key(name), pair.key)
    }
    writePrivate(files.kubeconfig(name), kubeconfig(server, authority.cert, pair))
  }
  const signing = await createSigningKeys()
  writePrivate(files.serviceAccountKey, signing.privateKey)
  writePrivate(files.serviceAccountPublicKey, signing.publicKey)
  writePrivate(files.auditPolicy, auditPolicy)
  mkdirSync(dirname(files.auditLog), { recursive: true })
  return { authority, admin: await authority.issue(users['admin']!), server }
}
