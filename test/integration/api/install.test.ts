import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts'
import { chartFolder, helm } from '../../support/helm.ts'
import {
  actors,
  type Actors,
  gatewayClass,
  mint,
  namespace,
  operatorNamespace,
  path,
  tenant,
} from './actors.ts'

let cluster: ControlPlane
let who: Actors

const release = (args: string[], inNamespace = operatorNamespace, values = {}) =>
  helm(args, { namespace: inNamespace, kubeconfig: cluster.kubeconfig, values })
const install = (name: string, inNamespace?: string, values?: object) =>
  release(['upgrade', '--install', name, chartFolder, '--create-namespace'], inNamespace, values)
const tenantIsGuarded = () =>
  expect(who.admin.call('DELETE', path.tenant('acme'))).rejects.toThrow('people sign in through tenant acme')
const exists = async (object: string) => expect(await who.admin.find(object)).toBeDefined()

beforeAll(async () => {
  cluster = await startControlPlane()
  await install('kiavi-operator')
  who = await actors(cluster)
  await who.admin.call('POST', path.namespaces, namespace('customers'))
  await who.admin.call('POST', path.classes, gatewayClass())
  await who.admin.call('POST', path.tenants(), tenant('acme'))
  await mint(who, 'acme', 'k3x9q7w2ab')
  await vi.waitFor(tenantIsGuarded, { timeout: 20_000, interval: 500 })
})
afterAll(() => cluster.stop())

// One story, in order: a cluster's life with the chart.
describe('helm', () => {
  it('tells the three next commands after an install', async () => {
    const notes = await release(['get', 'notes', 'kiavi-operator'])
    for (const command of [
      'kubectl create secret',
      'kubectl apply -f class.yaml',
      'kubectl apply -f tenant.yaml',
    ])
      expect(notes).toContain(command)
  })

  it('refuses a second operator, whatever its name and namespace', async () => {
    await expect(install('other', 'elsewhere')).rejects.toThrow(/kiavi-operator/)
    await tenantIsGuarded()
  })

  it('upgrades in place', async () => {
    await install('kiavi-operator', operatorNamespace, { replicas: 2 })
    await exists(`/apis/policy/v1/namespaces/${operatorNamespace}/poddisruptionbudgets/kiavi-operator`)
    await tenantIsGuarded()
  })

  it('uninstalls the operator; tenants, definitions and guards stay', async () => {
    await release(['uninstall', 'kiavi-operator'])
    await exists(path.tenantCrd)
    await exists(path.tenant('acme'))
    await tenantIsGuarded()
    await expect(who.admin.call('DELETE', path.namespace('customers'))).rejects.toThrow('holds KiaviTenants')
    await expect(who.admin.call('DELETE', path.tenantCrd)).rejects.toThrow('deletes every object of its kind')
    expect(
      await who.admin.find('/apis/rbac.authorization.k8s.io/v1/clusterroles/kiavi-operator'),
    ).toBeUndefined()
  })

  it('installs again over what was kept', async () => {
    await install('kiavi-operator')
    await tenantIsGuarded()
    // Its ServiceAccount is a new one; the token of the old one is worth nothing.
    who = await actors(cluster)
  })

  it('is removed for good by the commands in docs/install.md', async () => {
    await who.admin.call('PATCH', path.tenant('acme'), {
      metadata: { annotations: { 'kiavi.eu/release': 'k3x9q7w2ab' } },
    })
    await cluster.kubectl(['delete', 'kt', 'acme', '-n', 'customers', '--wait=false'])
    await who.operator.call('PATCH', path.tenant('acme'), { metadata: { finalizers: null } })
    await release(['uninstall', 'kiavi-operator'])
    const guards = 'validatingadmissionpolicybindings,validatingadmissionpolicies'
    await cluster.kubectl(['delete', guards, '-l', 'app.kubernetes.io/part-of=kiavi'])
    await vi.waitFor(
      () => cluster.kubectl(['delete', 'crd', '-l', 'app.kubernetes.io/part-of=kiavi', '--timeout=60s']),
      { timeout: 20_000, interval: 500 },
    )
    expect(await who.admin.find(path.tenantCrd)).toBeUndefined()
    await cluster.kubectl(['delete', 'namespace', operatorNamespace, '--wait=false'])
  })
})
