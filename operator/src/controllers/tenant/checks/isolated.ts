import { databaseNames, tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { type Verdict } from '../../conditions.ts'
import { type Observed } from '../observed.ts'
import { type Rendering } from '../rendering.ts'

/** Whether anything that is not the tenant's can reach it, or it anything that is not its own. */
export function checkIsolated(
  { class: tenantClass, tenantID }: Rendering,
  { database, foreignPolicies }: Pick<Observed, 'database' | 'foreignPolicies'>,
): Verdict | undefined {
  if (foreignPolicies.length > 0) return opened(tenantNamespace(tenantID), foreignPolicies)
  if (database?.state !== 'seen') return undefined
  const open = database.open.filter((name) => name !== databaseNames(tenantID).database)
  if (open.length === 0) {
    const message = "The tenant's database role can connect to its own database and to no other."
    return { type: 'Isolated', status: 'True', reason: 'OwnDatabaseOnly', message }
  }
  const names = open.slice(0, 10).join(', ')
  const mend = `REVOKE CONNECT ON DATABASE ${open
    .slice(0, 10)
    .map((name) => `"${name}"`)
    .join(', ')} FROM PUBLIC;`
  return tenantClass.database.exclusive
    ? {
        type: 'Isolated',
        status: 'False',
        reason: 'OpenToPublic',
        message: `On the server every role may connect to ${names}. As superuser: ${mend}`,
      }
    : {
        type: 'Isolated',
        status: 'False',
        reason: 'ServerShared',
        message: `The server is shared, and every role may connect to ${names}. Where nothing else needs that, as superuser: ${mend}`,
      }
}

function opened(namespace: string, policies: readonly string[]): Verdict {
  const names = policies.slice(0, 10).join(' ')
  const message = `NetworkPolicies that are not the tenant's allow traffic beside ours: ${names}. Delete them: kubectl -n ${namespace} delete networkpolicy ${names}. Who may come in is named in the KiaviTenantClass: ingressFrom, metricsFrom.`
  return { type: 'Isolated', status: 'False', reason: 'ForeignNetworkPolicy', message }
}
