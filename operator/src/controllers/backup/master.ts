import { masterSecret } from '../../api/v1alpha1/names.ts'
import { type AgeIdentity, recipientOf } from '../../backups/age-identity.ts'
import { type KubeObject } from '../../kube/port.ts'
import { ownerAnnotation, tenantLabels } from '../tenant/children/meta.ts'
import { type Rendering } from '../tenant/rendering.ts'
import { decode, encode } from '../tenant/secrets/data.ts'
import { type BackupLedger, ledgerFile, parseLedger } from './ledger.ts'

/** What opens a tenant's backups, and what is known of them. Lives in the operator's namespace, and nowhere else. */
export interface BackupMaster extends AgeIdentity {
  ledger: BackupLedger
}

export const backupMaster = (
  { tenantID, owner, operator }: Pick<Rendering, 'tenantID' | 'owner' | 'operator'>,
  { identity, recipient, ledger }: BackupMaster,
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: masterSecret.backups(tenantID),
    namespace: operator.namespace,
    labels: tenantLabels(tenantID, 'master'),
    annotations: ownerAnnotation(owner),
  },
  type: 'Opaque',
  data: encode({ identity, recipient, 'ledger.json': ledgerFile(ledger) }),
})

/** The master back; `undefined` where it is not whole, or the identity does not open what the recipient locks. */
export function readBackupMaster(secret: KubeObject): BackupMaster | undefined {
  const { identity = '', recipient = '', 'ledger.json': ledger = '' } = decode(secret['data'])
  if (recipientOf(identity.trim()) !== recipient.trim()) return undefined
  try {
    return { identity: identity.trim(), recipient: recipient.trim(), ledger: parseLedger(ledger) }
  } catch {
    return undefined
  }
}
