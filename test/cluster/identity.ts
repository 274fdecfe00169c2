import { type KubeClient } from './kube-client.ts'
import { type Credential } from './kubeconfig.ts'
import { type Authority } from './pki.ts'

/** Who a credential speaks for. */
export type Identity =
  | { serviceAccount: { namespace: string; name: string }; expirationSeconds?: number }
  | { user: string; groups?: readonly string[] }

const day = 86_400

/** By TokenRequest for a ServiceAccount, by client certificate (which needs the authority) for anybody else. */
export async function issueCredential(
  admin: KubeClient,
  authority: Authority | undefined,
  identity: Identity,
): Promise<Credential> {
  if ('user' in identity) {
    if (authority === undefined)
      throw new Error('A certificate for a user needs the authority of the control plane.')
    const { user: commonName, groups: organizations = [] } = identity
    return authority.issue({ commonName, organizations, usage: 'client' })
  }
  const { namespace, name } = identity.serviceAccount
  const answer = await admin.call<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: identity.expirationSeconds ?? day },
    },
  )
  return { token: answer.status.token }
}
