import { masterSecret } from '../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../kube/port.ts'
import { ownerAnnotation, tenantLabels } from '../tenant/children/meta.ts'
import { type Rendering } from '../tenant/rendering.ts'
import { decode, encode } from '../tenant/secrets/data.ts'
import { type JournalLine, journalText, parseJournal } from './lines.ts'

const file = 'journal'

/** A part of a tenant's journal, in the operator's namespace. */
export const journalSecret = (
  { tenantID, owner, operator }: Pick<Rendering, 'tenantID' | 'owner' | 'operator'>,
  { part, lines }: { part: number; lines: readonly JournalLine[] },
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: masterSecret.journal(tenantID, part),
    namespace: operator.namespace,
    labels: tenantLabels(tenantID, 'master'),
    annotations: ownerAnnotation(owner),
  },
  type: 'Opaque',
  data: encode({ [file]: journalText(lines) }),
})

/** The lines of a part; `undefined` where it does not hold what was written into it. */
export const readJournalSecret = (secret: KubeObject): JournalLine[] | undefined => {
  const text = decode(secret['data'])[file]
  return text === undefined ? undefined : parseJournal(text)
}
