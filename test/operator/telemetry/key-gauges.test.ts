import { describe, expect, it } from 'vitest'
import { type createKeyGauges } from '../../../operator/src/telemetry/key-gauges.ts'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'

const tenant = { namespace: 'customers', name: 'acme' }
const since = '2027-01-01T00:00:00Z'
const nextAt = '2027-03-01T00:00:00Z'

type KeyGauges = ReturnType<typeof createKeyGauges>

/** As the operator's registry shows them. */
async function shown(act: (gauges: KeyGauges) => void): Promise<string[]> {
  const metrics = createMetrics({ processMetrics: false })
  act({
    set: ({ namespace, name }, keys) => metrics.tenantKeys(namespace, name, keys),
    forget: ({ namespace, name }) => metrics.forgetTenant(namespace, name),
  })
  return (await metrics.text()).split('\n').filter((line) => line.includes('{namespace="customers"'))
}
const labels = 'namespace="customers",name="acme"'

describe('createKeyGauges', () => {
  it('shows since when a key signs, when the next one does, and how many there are', async () => {
    const keys = [
      { phase: 'Active', since, next: 'Retiring', nextAt },
      { phase: 'Published', since, next: 'Active', nextAt },
    ]
    const lines = await shown((gauges) => gauges.set(tenant, keys))
    expect(lines).toContain(
      `kiavi_tenant_signing_key_active_since_timestamp_seconds{${labels}} ${Date.parse(since) / 1000}`,
    )
    expect(lines).toContain(
      `kiavi_tenant_signing_key_next_rotation_timestamp_seconds{${labels}} ${Date.parse(nextAt) / 1000}`,
    )
    expect(lines).toContain(`kiavi_tenant_signing_keys{${labels},phase="Published"} 1`)
    expect(lines).toContain(`kiavi_tenant_signing_keys{${labels},phase="Retiring"} 0`)
  })
  it('shows no time where there is none any more', async () => {
    const lines = await shown((gauges) => {
      gauges.set(tenant, [{ phase: 'Active', since, next: 'Retiring', nextAt }])
      gauges.set(tenant, [])
    })
    expect(lines.filter((line) => line.includes('timestamp'))).toEqual([])
  })
  it('shows nothing of a tenant that is gone', async () => {
    const lines = await shown((gauges) => {
      gauges.set(tenant, [{ phase: 'Active', since }])
      gauges.forget(tenant)
    })
    expect(lines).toEqual([])
  })
})
