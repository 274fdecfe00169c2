import { annotation } from '../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../kube/port.ts'
import { digest } from '../canonical.ts'

/** What a set is judged by: `core` makes it out of date at once, `journal` within a day. */
export interface SetDigests {
  core: string
  journal?: string | undefined
  parts?: number | undefined
}

/** A Secret as it is made again in another cluster: nothing that this one gave it. */
export function bareSecret({ metadata, ...secret }: KubeObject): KubeObject {
  const { name, namespace = '', labels, annotations = {} } = metadata
  const kept = Object.fromEntries(Object.entries(annotations).filter(([key]) => !isOfThisCluster(key)))
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...{ name, namespace },
      ...(labels === undefined ? {} : { labels }),
      ...(Object.keys(kept).length === 0 ? {} : { annotations: kept }),
    },
    type: secret['type'] ?? 'Opaque',
    data: secret['data'] ?? {},
  }
}

/** A new cluster writes sets of its own; what `kubectl apply` notes is a second copy of the secret. */
const isOfThisCluster = (key: string) =>
  key === annotation.recovery || key === 'kubectl.kubernetes.io/last-applied-configuration'

/** A Kubernetes List of them, as `kubectl create -f -` takes it. */
export const listOf = (secrets: readonly KubeObject[]): string =>
  `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: secrets.map(bareSecret) }, null, 1)}\n`

/** Of what a tenant's set is there for: what opens its backups, and which of them is the newest. */
export const tenantDigests = (
  master: { identity: string; ledger: { newest?: object | undefined } },
  journal: readonly (readonly string[])[],
  recipients: readonly string[],
): SetDigests => ({
  core: digest([master.identity, master.ledger.newest ?? '', ...recipients]),
  journal: digest(journal),
  parts: journal.length,
})

/** Of the installation's: all that is in it. */
export const installationDigests = (
  secrets: readonly KubeObject[],
  recipients: readonly string[],
): SetDigests => ({ core: digest([secrets.map((secret) => secret['data']), ...recipients]) })
