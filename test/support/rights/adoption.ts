import { claimName } from '../../../operator/src/controllers/tenant/claims.ts'
import { eventually } from '../eventually.ts'
import { applyAll } from '../../cluster/apply-all.ts'
import { customers, operatorNamespace } from '../operator-world/names.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { type Story } from './stage.ts'

const heir = { namespace: 'heirs', name: 'heir', host: 'auth.heir.test' }

interface Reported extends KubeJson {
  status?: { adoptedAt?: string; conditions?: { type: string; status: string }[] }
}

/** A tenant's object is let go of, and what it leaves is adopted by another, which the platform's owner consents to. */
export const adoption: Story = {
  name: 'a tenant is released, and adopted under another name and host',
  tell: async ({ world, lab, tenant }) => {
    const { client } = world.controlPlane
    const kubectl = (...args: string[]) => world.controlPlane.kubectl(args)
    const { tenantID, name } = tenant
    await kubectl('annotate', 'kt', name, '-n', customers, `kiavi.eu/release=${tenantID}`)
    await kubectl('delete', 'kt', name, '-n', customers, '--timeout=60s')
    const { namespace, host } = heir
    await applyAll(world.controlPlane, [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      {
        ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviAdoption', metadata: { name: tenantID } },
        spec: { tenantID, namespace, name: heir.name, host, reason: 'the rights of the operator are proven' },
      },
      {
        ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviTenant', metadata: { namespace, name: heir.name } },
        spec: { host, adoptTenantID: tenantID, signingKeys: { bits: 2048 } },
      },
    ])
    const path = `/apis/kiavi.eu/v1alpha1/namespaces/${namespace}/kiavitenants/${heir.name}`
    await eventually(
      `${heir.name} being Ready`,
      async () => {
        const { status } = await client.call<Reported>('GET', path)
        return status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True')
      },
      90_000,
    )
    await eventually('The consent being used up', async () => {
      const consent = await client.call<Reported>('GET', `/apis/kiavi.eu/v1alpha1/kiaviadoptions/${tenantID}`)
      return consent.status?.adoptedAt !== undefined
    })
    const old = claimName({ kind: 'host', value: tenant.host })
    await eventually('The claim of the old host being given back', async () => {
      const claim = `/api/v1/namespaces/${operatorNamespace}/configmaps/${old}`
      return (await client.find(claim)) === undefined
    })
    await eventually('The former object being gone', async () => (await lab.find(tenant)) === undefined)
  },
}
