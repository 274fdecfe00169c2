import { type KubeClient } from '../kube-client.ts'
import { type Pod } from './pod.ts'

/** A day: longer than any test; they are bound to the pod and end with it. */
const expirationSeconds = 86_400

/** Asks for every service account token that a pod's volumes want; audience -> token. */
export async function podTokens(client: KubeClient, pod: Pod): Promise<Map<string | undefined, string>> {
  const { namespace = '', name, uid } = pod.metadata
  const tokens = new Map<string | undefined, string>()
  const wanted = (pod.spec.volumes ?? [])
    .flatMap((volume) => volume.projected?.sources ?? [])
    .flatMap((source) => source.serviceAccountToken ?? [])
  for (const { audience } of wanted) {
    if (tokens.has(audience)) continue
    const account = pod.spec.serviceAccountName ?? 'default'
    const answer = await client.call<{ status: { token: string } }>(
      'POST',
      `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          expirationSeconds,
          ...(audience === undefined ? {} : { audiences: [audience] }),
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
        },
      },
    )
    tokens.set(audience, answer.status.token)
  }
  return tokens
}
