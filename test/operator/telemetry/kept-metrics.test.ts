import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { createKeptMetrics } from '../../../operator/src/telemetry/kept-metrics.ts'

const acme = { namespace: 'customers', name: 'acme' }
const at = new Date('2026-01-01T00:00:00Z')
const line = 'kiavi_tenant_recovery_set_timestamp_seconds{namespace="customers",name="acme"}'

describe('createKeptMetrics', () => {
  it('shows the newest set of a tenant, and forgets it with the tenant', async () => {
    const registry = new Registry()
    const kept = createKeptMetrics([registry])
    kept.recoverySet(acme, at)
    expect(await registry.metrics()).toContain(`${line} ${at.getTime() / 1000}`)
    kept.recoverySet(acme, undefined)
    expect(await registry.metrics()).not.toContain(line)
    kept.recoverySet(acme, at)
    kept.forget(acme)
    expect(await registry.metrics()).not.toContain(line)
  })

  it('says of the installation that it has none', async () => {
    const registry = new Registry()
    const kept = createKeptMetrics([registry])
    const installation = 'kiavi_installation_recovery_set_timestamp_seconds'
    expect(await registry.metrics()).toContain(`${installation} 0`)
    kept.recoverySet(undefined, at)
    expect(await registry.metrics()).toContain(`${installation} ${at.getTime() / 1000}`)
  })

  it('counts what was taken from outboxes', async () => {
    const registry = new Registry()
    const kept = createKeptMetrics([registry])
    kept.journalTaken(2)
    kept.journalTaken(3)
    expect(await registry.metrics()).toContain('kiavi_journal_entries_total 5')
  })
})
