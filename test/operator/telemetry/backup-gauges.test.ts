import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'

const all = {
  lastAt: new Date('2026-11-22T02:00:00Z'),
  nextAt: new Date('2026-11-23T02:00:00Z'),
  bytes: 4096,
  oldestExpiry: new Date('2026-11-30T02:00:00Z'),
}
const metrics = () => createMetrics({ processMetrics: false })
/** As the operator's registry shows them. */
const linesOf = async (of: ReturnType<typeof createMetrics>) =>
  (await of.text()).split('\n').filter((line) => line.includes('{namespace="customers"'))

describe('createBackupGauges', () => {
  it('shows what is known, in Unix time and bytes', async () => {
    const one = metrics()
    one.tenantBackups('customers', 'acme', all)
    const labels = '{namespace="customers",name="acme"}'
    expect(await linesOf(one)).toEqual([
      `kiavi_tenant_backup_last_success_timestamp_seconds${labels} 1795312800`,
      `kiavi_tenant_backup_next_timestamp_seconds${labels} 1795399200`,
      `kiavi_tenant_backup_bytes${labels} 4096`,
      `kiavi_tenant_backup_oldest_expiry_timestamp_seconds${labels} 1796004000`,
    ])
  })

  it('shows nothing where nothing is known any more, and forgets a tenant that went', async () => {
    const one = metrics()
    one.tenantBackups('customers', 'acme', all)
    one.tenantBackups('customers', 'acme', { ...all, lastAt: undefined, bytes: undefined })
    expect(await linesOf(one)).toHaveLength(2)
    one.forgetTenant('customers', 'acme')
    expect(await linesOf(one)).toEqual([])
  })
})
