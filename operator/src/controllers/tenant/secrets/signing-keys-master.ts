import { masterSecret } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { keySetFile, parseKeySetFile } from '../../../providers/keys/key-set-file.ts'
import { type GeneratedKey, type KeyCheck, type KeySet } from '../../../providers/keys/port.ts'
import { ownerAnnotation, tenantLabels } from '../children/meta.ts'
import { type Rendering } from '../rendering.ts'
import { decode, encode } from './data.ts'

/** A tenant's signing keys with their private halves. Lives in a vault and in Secrets, nowhere else. */
export interface KeyMaterial {
  set: KeySet
  /** PKCS #8 by kid. */
  pems: Record<string, string>
}

export const materialOf = (
  { publicKey, privatePem }: GeneratedKey,
  jwksMaxAgeSeconds: number,
): KeyMaterial => ({
  set: { activeKid: publicKey.kid, jwksMaxAgeSeconds, keys: [publicKey] },
  pems: { [publicKey.kid]: privatePem },
})

/** The files that a pod finds under `/etc/kiavi/keys`. */
export const keyFiles = ({ set, pems }: KeyMaterial): Record<string, string> => ({
  'keyset.json': keySetFile(set),
  ...Object.fromEntries(Object.entries(pems).map(([kid, pem]) => [`${kid}.pem`, pem])),
})

/** The keys in the operator's namespace, from which the mounted copy is made. */
export const signingKeysMaster = (
  { tenantID, owner, operator }: Pick<Rendering, 'tenantID' | 'owner' | 'operator'>,
  material: KeyMaterial,
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: masterSecret.signingKeys(tenantID),
    namespace: operator.namespace,
    labels: tenantLabels(tenantID, 'master'),
    annotations: ownerAnnotation(owner),
  },
  type: 'Opaque',
  data: encode(keyFiles(material)),
})

/** The keys back from a master or a mounted copy; `undefined` when they are not whole or not what their kid says. */
export function readKeys(secret: KubeObject, check: KeyCheck): KeyMaterial | undefined {
  const files = decode(secret['data'])
  try {
    const set = parseKeySetFile(files['keyset.json'] ?? '')
    const pems: Record<string, string> = {}
    for (const key of set.keys) {
      const pem = files[`${key.kid}.pem`]
      if (pem === undefined) return undefined
      check(key, pem)
      pems[key.kid] = pem
    }
    return { set, pems }
  } catch {
    // What exactly is wrong with them is nobody's business but the key store's: they are unusable.
    return undefined
  }
}
