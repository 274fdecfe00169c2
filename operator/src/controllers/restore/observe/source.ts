import { annotation, masterSecret } from '../../../api/v1alpha1/names.ts'
import { backupStatus } from '../../../api/v1alpha1/backup.ts'
import { recipientOf } from '../../../backups/age-identity.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { parseLedger } from '../../backup/ledger.ts'
import { isTrue } from '../../conditions.ts'
import { decode } from '../../tenant/secrets/data.ts'
import { type KnownBackup } from '../choose.ts'
import { type SourceSeen } from '../observed.ts'
import { type RestorePorts } from '../ports.ts'

/** What the cluster knows of the tenant whose backup is asked for. Read live: it decides what is opened by what. */
export async function observeSource(
  tenantID: string,
  namespace: string,
  { cluster, memory, operator }: Pick<RestorePorts, 'cluster' | 'memory' | 'operator'>,
): Promise<SourceSeen> {
  const name = masterSecret.backups(tenantID)
  const secret = await cluster.get(kinds.Secret, { namespace: operator.namespace, name })
  return {
    tenantID,
    master: secret ? readMaster(secret) : 'absent',
    known: memory.backups().flatMap((backup) => knownOf(backup, tenantID, namespace)),
    lives: memory.tenants().some((tenant) => tenant.tenantID === tenantID),
  }
}

/** A Secret from a recovery set may lack the ledger; the identity has to be whole. */
function readMaster(secret: KubeObject): SourceSeen['master'] {
  const { identity = '', recipient = '', 'ledger.json': ledger } = decode(secret['data'])
  if (recipientOf(identity.trim()) !== recipient.trim()) return 'unreadable'
  const [namespace = ''] = (secret.metadata.annotations?.[annotation.owner] ?? '').split('/')
  if (ledger === undefined) return { ledger: undefined, secret, namespace }
  try {
    return { ledger: parseLedger(ledger), secret, namespace }
  } catch {
    return 'unreadable'
  }
}

/** Its status is the operator's own word. */
function knownOf({ metadata, status }: KubeObject, tenantID: string, namespace: string): KnownBackup[] {
  const read = backupStatus.safeParse(status ?? {}).data
  if (metadata.namespace !== namespace || read?.tenantID !== tenantID || read.object === undefined) return []
  if (!isTrue(read.conditions, 'Ready') || read.removedAt !== undefined) return []
  const { object, sha256, bytes } = read
  return [{ object, sha256, bytes }]
}
