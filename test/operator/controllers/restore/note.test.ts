import { describe, expect, it } from 'vitest'
import { masterSecret } from '../../../../operator/src/api/v1alpha1/names.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { keyOf } from '../tenant/simulated-cluster.ts'
import { operator, tenantID } from '../tenant/world.ts'
import { name, restoreWorld } from './restore-world.ts'

describe('noteOf', () => {
  it('says when the next drill begins, where none was yet', async () => {
    const { note } = await restoreWorld({ drillEveryDays: 30 }).look()
    expect(note).toMatchObject({ finding: undefined, proven: undefined, failed: undefined })
    expect(note?.nextAt?.toISOString().slice(0, 10)).toBe('2026-01-02')
  })

  it('says why there can be none', async () => {
    const one = restoreWorld()
    one.cluster.objects.delete(keyOf('KiaviTenantClass', { name: 'default' }))
    expect((await one.look()).note?.finding?.reason).toBe('ClassNotFound')
    const gone = restoreWorld()
    gone.cluster.objects.delete(keyOf('KiaviTenant', name))
    expect((await gone.look()).note?.finding?.reason).toBe('TenantNotFound')
  })

  it('says that the ledger was changed, and touches nothing', async () => {
    const one = restoreWorld()
    const where = { namespace: operator.namespace, name: masterSecret.restores(tenantID) }
    one.cluster.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: where,
      data: encode({ 'ledger.json': 'x' }),
    })
    one.ask('back')
    const { note } = await one.look()
    expect(note?.finding?.reason).toBe('RestoreLedgerUnreadable')
    expect([one.jobs(), one.aside.databases]).toEqual([[], []])
  })
})
