import { masterSecret } from '../../api/v1alpha1/names.ts'
import { type Cluster, type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { OperatorError } from '../errors.ts'
import { type JournalLine } from './lines.ts'
import { mostParts } from './parts.ts'
import { readJournalSecret } from './secret.ts'

export interface JournalPart {
  secret: KubeObject
  lines: JournalLine[]
}

/** Every part of a tenant's journal, read live. Throws where one does not hold what was written into it. */
export async function readJournal(
  cluster: Pick<Cluster, 'get'>,
  namespace: string,
  tenantID: string,
): Promise<JournalPart[]> {
  const parts: JournalPart[] = []
  while (parts.length < mostParts) {
    const name = masterSecret.journal(tenantID, parts.length)
    const secret = await cluster.get(kinds.Secret, { namespace, name })
    if (!secret) break
    const lines = readJournalSecret(secret)
    if (!lines) {
      const message = `Secret ${name} in namespace ${namespace} does not hold a part of the journal. Nothing is written over it: put it back from a recovery set (docs/recovery.md).`
      throw new OperatorError('MASTER_UNREADABLE', message, { retry: 'backoff' })
    }
    parts.push({ secret, lines })
  }
  return parts
}
