import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { createKeyGauges } from '../../../operator/src/telemetry/key-gauges.ts'

const tenant = { namespace: 'customers', name: 'acme' }
const since = '2027-01-01T00:00:00Z'
const nextAt = '2027-03-01T00:00:00Z'

async function shown(act: (gauges: ReturnType<typeof createKeyGauges>) => void): Promise<string[]> {
  const registry = new Registry()
  act(createKeyGauges([registry]))
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
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
