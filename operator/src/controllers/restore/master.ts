import { masterSecret } from '../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../kube/port.ts'
import { ownerAnnotation, tenantLabels } from '../tenant/children/meta.ts'
import { type Rendering } from '../tenant/rendering.ts'
import { decode, encode } from '../tenant/secrets/data.ts'
import { type RestoreLedger, ledgerFile, parseLedger } from './ledger.ts'

const file = 'ledger.json'

/** The ledger of a tenant's restores, in the operator's namespace. */
export const restoresSecret = (
  { tenantID, owner, operator }: Pick<Rendering, 'tenantID' | 'owner' | 'operator'>,
  ledger: RestoreLedger,
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: masterSecret.restores(tenantID),
    namespace: operator.namespace,
    labels: tenantLabels(tenantID, 'master'),
    annotations: ownerAnnotation(owner),
  },
  type: 'Opaque',
  data: encode({ [file]: ledgerFile(ledger) }),
})

/** The ledger back; `undefined` where it does not hold what was written into it. */
export function readRestores(secret: KubeObject): RestoreLedger | undefined {
  try {
    return parseLedger(decode(secret['data'])[file] ?? '')
  } catch {
    return undefined
  }
}
