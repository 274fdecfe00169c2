import { annotation, installationSecret, label, manager } from '../api/v1alpha1/names.ts'
import { clusterKey } from '../controllers/sweep/judge-memory.ts'
import { decode, encode } from '../controllers/tenant/secrets/data.ts'
import { KubeAlreadyExists } from '../kube/errors.ts'
import { type Cluster } from '../kube/port.ts'
import { kinds } from '../kube/resource-kinds.ts'

const name = installationSecret.record

/**
 * Which installation we are: markers in databases bear it, so that two of them on one server keep apart. Made once;
 * when its Secret was lost and the cluster was not, it is found again on the tenants' namespaces.
 */
export async function installationID(
  cluster: Cluster,
  namespace: string,
  random: (bytes: number) => Uint8Array,
): Promise<string> {
  const live = await cluster.get(kinds.Secret, { namespace, name })
  const known = decode(live?.['data'])['id']
  if (known) return known
  if (live) throw new Error(`Secret ${namespace}/${name} has no key "id". Put it back, or delete the Secret.`)
  const found = await fromNamespaces(cluster)
  const system = await cluster.get(kinds.Namespace, { name: 'kube-system' })
  const id = found ?? Buffer.from(random(16)).toString('hex')
  try {
    await cluster.create(kinds.Secret, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': manager } },
      type: 'Opaque',
      // Who was found again had a key to sign with: none is made in its place (controllers/backup/installation.ts).
      data: encode({
        id,
        ...(found === undefined ? {} : { found: 'on namespaces' }),
        ...(system?.metadata.uid === undefined ? {} : { [clusterKey]: system.metadata.uid }),
      }),
    })
    return id
  } catch (error) {
    if (error instanceof KubeAlreadyExists) return installationID(cluster, namespace, random)
    throw error
  }
}

async function fromNamespaces(cluster: Cluster): Promise<string | undefined> {
  const ours = await cluster.list(kinds.Namespace, { labelSelector: `${label.managedBy}=${manager}` })
  const ids = new Set(ours.flatMap(({ metadata }) => metadata.annotations?.[annotation.installation] ?? []))
  if (ids.size > 1) {
    throw new Error(
      `The tenants' namespaces bear different ${annotation.installation} annotations: ${[...ids].join(', ')}. Make Secret ${name} with the right one as key "id".`,
    )
  }
  return [...ids][0]
}
