import { parse, stringify } from 'yaml'
import { type KeyPair } from './pki.ts'

export type Credential = KeyPair | { token: string }

/** A kubeconfig that holds all it needs in itself: no paths, so that it can be moved. */
export function kubeconfig(server: string, ca: string, credential: Credential, namespace?: string): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const user =
    'token' in credential
      ? { token: credential.token }
      : {
          'client-certificate-data': base64(credential.cert),
          'client-key-data': base64(credential.key),
        }
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'kiavi',
    clusters: [{ name: 'kiavi', cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [{ name: 'kiavi', user }],
    contexts: [
      {
        name: 'kiavi',
        context: { cluster: 'kiavi', user: 'kiavi', ...(namespace === undefined ? {} : { namespace }) },
      },
    ],
  })
}

export interface Access {
  server: string
  /** PEM. */
  ca: string
  credential: Credential
}

/** What a kubeconfig of ours says: one cluster, one user. */
export function readKubeconfig(yaml: string): Access {
  const text = (base64 = '') => Buffer.from(base64, 'base64').toString()
  const { clusters, users } = parse(yaml) as {
    clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }]
    users: [{ user: Record<'client-certificate-data' | 'client-key-data', string> | { token: string } }]
  }
  const [{ cluster }] = clusters
  const [{ user }] = users
  return {
    server: cluster.server,
    ca: text(cluster['certificate-authority-data']),
    credential:
      'token' in user
        ? user
        : { cert: text(user['client-certificate-data']), key: text(user['client-key-data']) },
  }
}
