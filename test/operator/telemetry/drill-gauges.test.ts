import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'

const all = {
  provenAt: new Date('2026-11-22T02:00:00Z'),
  recoverySeconds: 93,
  failed: 0,
  nextAt: new Date('2026-12-22T02:00:00Z'),
}
const metrics = () => createMetrics({ processMetrics: false })
/** As the operator's registry shows them. */
const linesOf = async (of: ReturnType<typeof createMetrics>) =>
  (await of.text()).split('\n').filter((line) => line.includes('{namespace="customers"'))

describe('createDrillGauges', () => {
  it('shows what is known, in Unix time and seconds', async () => {
    const one = metrics()
    one.tenantDrills('customers', 'acme', all)
    const labels = '{namespace="customers",name="acme"}'
    expect(await linesOf(one)).toEqual([
      `kiavi_tenant_restore_proven_timestamp_seconds${labels} 1795312800`,
      `kiavi_tenant_restore_recovery_seconds${labels} 93`,
      `kiavi_tenant_drill_failed${labels} 0`,
      `kiavi_tenant_drill_next_timestamp_seconds${labels} 1797904800`,
    ])
  })

  it('shows nothing where nothing is known any more, and forgets a tenant that went', async () => {
    const one = metrics()
    one.tenantDrills('customers', 'acme', all)
    one.tenantDrills('customers', 'acme', { ...all, nextAt: undefined })
    expect(await linesOf(one)).toHaveLength(3)
    one.forgetTenant('customers', 'acme')
    expect(await linesOf(one)).toEqual([])
  })
})
