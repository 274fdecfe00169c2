import { masterSecret } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { keySetFile, parseKeySetFile } from '../../../providers/keys/key-set-file.ts'
import { type KeyCheck, type KeySet, type PublicSigningKey } from '../../../providers/keys/port.ts'
import { ownerAnnotation, tenantLabels } from '../children/meta.ts'
import {
  type KeyLedger,
  type LedgerKey,
  keyIn,
  ledgerFile,
  parseLedger,
  publishedKeys,
} from '../keys/ledger.ts'
import { type Rendering } from '../rendering.ts'
import { decode, encode } from './data.ts'

/** A tenant's signing keys with their private halves. Lives in a vault and in Secrets, nowhere else. */
export interface KeyMaterial {
  ledger: KeyLedger
  /** PKCS #8 by kid: of the key that signs and of those that will. */
  pems: Record<string, string>
}

const jwk = ({ kid, n, e }: LedgerKey): PublicSigningKey => ({
  ...{ kty: 'RSA', use: 'sig', alg: 'RS256' },
  ...{ kid, n, e },
})

/** What verifiers see of a ledger. */
export const keySetOf = (ledger: KeyLedger, jwksMaxAgeSeconds: number): KeySet => ({
  version: ledger.version,
  activeKid: keyIn(ledger, 'Active')?.kid ?? '',
  jwksMaxAgeSeconds,
  sessionsNotBefore: ledger.sessionsNotBefore,
  keys: publishedKeys(ledger).map(jwk),
})

const signs = ({ phase }: LedgerKey) => phase !== 'Retiring' && phase !== 'Destroyed'

/** A key that ceased to sign loses its private half in the same write. */
export function pruned({ ledger, pems }: KeyMaterial): KeyMaterial {
  const wanted = new Set(ledger.keys.filter(signs).map(({ kid }) => kid))
  return { ledger, pems: Object.fromEntries(Object.entries(pems).filter(([kid]) => wanted.has(kid))) }
}

const pemFiles = (pems: Record<string, string>) =>
  Object.fromEntries(Object.entries(pems).map(([kid, pem]) => [`${kid}.pem`, pem]))

/** The files that a pod finds under `/etc/kiavi/keys`: one private half, the one to sign with. */
export function mountedFiles(
  { ledger, pems }: KeyMaterial,
  jwksMaxAgeSeconds: number,
): Record<string, string> {
  const set = keySetOf(ledger, jwksMaxAgeSeconds)
  const pem = pems[set.activeKid]
  return { 'keyset.json': keySetFile(set), ...(pem === undefined ? {} : pemFiles({ [set.activeKid]: pem })) }
}

/** The keys in the operator's namespace, from which the mounted copy is made. */
export const signingKeysMaster = (
  { tenantID, owner, operator }: Pick<Rendering, 'tenantID' | 'owner' | 'operator'>,
  { ledger, pems }: KeyMaterial,
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
  data: encode({ 'ledger.json': ledgerFile(ledger), ...pemFiles(pems) }),
})

/** The keys back from the master; `undefined` when they are not whole or not what their kid says. */
export function readMasterKeys(secret: KubeObject, check: KeyCheck): KeyMaterial | undefined {
  return whole(() => {
    const files = decode(secret['data'])
    const ledger = parseLedger(files['ledger.json'] ?? '')
    const pems = checkedPems(ledger.keys.filter(signs).map(jwk), files, check)
    const isWhole = keyIn(ledger, 'Active') && ledger.keys.filter(signs).every(({ kid }) => kid in pems)
    return isWhole ? { ledger, pems } : undefined
  })
}

/** What pods have mounted: what a lost master is made from again. */
export interface MountedKeys {
  set: KeySet
  pems: Record<string, string>
}

export function readMountedKeys(secret: KubeObject, check: KeyCheck): MountedKeys | undefined {
  return whole(() => {
    const files = decode(secret['data'])
    const set = parseKeySetFile(files['keyset.json'] ?? '')
    const pems = checkedPems(set.keys, files, check)
    return set.activeKid in pems ? { set, pems } : undefined
  })
}

function checkedPems(
  keys: readonly PublicSigningKey[],
  files: Record<string, string>,
  check: KeyCheck,
): Record<string, string> {
  const pems: Record<string, string> = {}
  for (const key of keys) {
    const pem = files[`${key.kid}.pem`]
    if (pem === undefined) continue
    check(key, pem)
    pems[key.kid] = pem
  }
  return pems
}

/** What exactly is wrong with stored keys is nobody's business but the key store's: they are unusable. */
function whole<T>(read: () => T | undefined): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
