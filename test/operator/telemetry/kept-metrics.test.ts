import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'

const acme = { namespace: 'customers', name: 'acme' }
const at = new Date('2026-01-01T00:00:00Z')
const line = 'kiavi_tenant_recovery_set_timestamp_seconds{namespace="customers",name="acme"}'

describe('createKeptMetrics', () => {
  it('shows the newest set of a tenant, and forgets it with the tenant', async () => {
    const metrics = createMetrics({ processMetrics: false })
    metrics.recoverySet(acme, at)
    expect(await metrics.text()).toContain(`${line} ${at.getTime() / 1000}`)
    metrics.recoverySet(acme, undefined)
    expect(await metrics.text()).not.toContain(line)
    metrics.recoverySet(acme, at)
    metrics.forgetTenant(acme.namespace, acme.name)
    expect(await metrics.text()).not.toContain(line)
  })

  it('says of the installation that it has none', async () => {
    const metrics = createMetrics({ processMetrics: false })
    const installation = 'kiavi_installation_recovery_set_timestamp_seconds'
    expect(await metrics.text()).toContain(`${installation} 0`)
    metrics.recoverySet(undefined, at)
    expect(await metrics.text()).toContain(`${installation} ${at.getTime() / 1000}`)
  })

  it('counts what was taken from outboxes', async () => {
    const metrics = createMetrics({ processMetrics: false })
    metrics.journalTaken(2)
    metrics.journalTaken(3)
    expect(await metrics.text()).toContain('kiavi_journal_entries_total 5')
  })
})
