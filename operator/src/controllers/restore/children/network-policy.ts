import { restorePolicyName } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type PolicyOf, jobsPolicy, toStore } from '../../backup/children/network-policy.ts'
import { outward } from '../../tenant/children/network-policy.ts'

/**
 * A tenant's restore Jobs, and nobody in: those that read a backup get out to the store, the database and DNS; those that
 * work on the database aside, a runtime among them, to the database and DNS alone.
 */
export const restorePolicy = (about: PolicyOf, component: 'restore' | 'aside'): KubeObject =>
  jobsPolicy(about, {
    name: restorePolicyName(about.tenantID, component),
    component,
    egress: [...outward(about.class), ...(component === 'restore' ? toStore(about.class) : [])],
  })
